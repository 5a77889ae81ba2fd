import HillockIR
