"""The program shapes: one network and the data it takes a file; `runtime.units.program` trains any of them."""
