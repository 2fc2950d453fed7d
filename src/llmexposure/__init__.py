"""Exposure of occupations to large language models and labour demand: an executable paper."""

__version__ = "0.1.0"
