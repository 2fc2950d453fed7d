"""Monte Carlo of the paper's own inference: real exposure, drawn outcomes, known slope.

Nothing drawn here is a finding about labour markets; it says which interval and test to believe. `outcomes`
are the designs, `intervals` what is compared, `study` its coverage and the choice, `power` what is detected,
`two_raters` noisy exposure.
"""
