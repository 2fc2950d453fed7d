"""The freelance article's window and its statements about how many categories grew."""

from datetime import date, timedelta


def first_complete(first: date, window: int, *, centred: bool) -> date:
    """First day with a complete moving average of data that begin on ``first``.

    Examples
    --------
    >>> first_complete(date(2022, 11, 1), 84, centred=True)
    datetime.date(2022, 12, 13)
    """
    return first + timedelta(days=window // 2 if centred else window - 1)


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
