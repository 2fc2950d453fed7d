"""Exposure of occupations to large language models and labour demand: an executable paper."""

__version__ = "1.0.0"
