"""Monte Carlo of the paper's own inference: real exposure, drawn outcomes, known slope.

Nothing drawn here is a finding about labour markets; it says which interval and test to believe.
"""
