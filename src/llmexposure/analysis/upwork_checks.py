"""The freelance article's statements about how many categories grew."""


def majority(grew: int, fell: int, categories: int) -> str:
    """Whether most categories grew, from those with a number: positive, negative or unsettled.

    Examples
    --------
    >>> majority(5, 3, 12), majority(7, 3, 12), majority(5, 6, 12)
    ('unsettled', 'positive', 'negative')
    """
    if grew > categories / 2:
        return "positive"
    return "unsettled" if categories - fell > categories / 2 else "negative"
