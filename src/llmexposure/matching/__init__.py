"""Matching texts to activities: segmenting, matchers, weights, and how accurate they are.

>>> from llmexposure.matching import duties
>>> duties(["岗位职责：1、撰写新闻稿。任职要求：本科。福利待遇：五险一金。"])
['1、撰写新闻稿。']
"""

from llmexposure.matching.chinese import chinese_matcher
from llmexposure.matching.embedding import EmbeddingMatcher
from llmexposure.matching.english import english_matcher
from llmexposure.matching.interface import Matcher
from llmexposure.matching.lexical import LexicalMatcher
from llmexposure.matching.segment import duties, duty_column
from llmexposure.matching.weights import score, weights

__all__ = [
    "EmbeddingMatcher",
    "LexicalMatcher",
    "Matcher",
    "chinese_matcher",
    "duties",
    "duty_column",
    "english_matcher",
    "score",
    "weights",
]
