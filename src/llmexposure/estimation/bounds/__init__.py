"""What printed figures imply by themselves.

`sets` states what is known of two variables, `slopes` bounds the slope and the correlation, `settling` asks
which further figure would fix the sign. `scaling` and `ranking` recover the weights behind a printed order.
`mix` bounds how far a change of the mix of groups moves a total share.
"""
