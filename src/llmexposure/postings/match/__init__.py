"""Matching texts to activities: segmenting, matchers, weights, and how accurate they are.

>>> from llmexposure.postings.match import duties
>>> duties(["岗位职责：1、撰写新闻稿。任职要求：本科。福利待遇：五险一金。"])
['1、撰写新闻稿。']
"""

from llmexposure.postings.match.chinese import chinese_matcher
from llmexposure.postings.match.embedding import EmbeddingMatcher
from llmexposure.postings.match.english import english_matcher
from llmexposure.postings.match.lexical import LexicalMatcher, Matcher
from llmexposure.postings.match.segment import duties, duty_column
from llmexposure.postings.match.weights import score, weights

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
