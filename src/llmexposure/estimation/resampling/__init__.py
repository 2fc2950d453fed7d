"""Bootstrap and permutation tests of slopes with few units or clusters.

`draws` is the engine, for one outcome or many; `wild` and `permutation` are what a regression prints,
`family` adjusts for several outcomes.
"""
