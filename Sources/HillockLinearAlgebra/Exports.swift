// Who solves systems of equations needs arrays.
@_exported import Hillock
