// Who trains needs arrays and Variables.
@_exported import Hillock
