"""The web edition: pages and data written from the record, then put together by Sphinx (`make site`).

What a study shows stands in ``site/`` of the project: pages, scripts, styles and ``site.toml``, which says
which figures can be handled and which tables can be filtered. Nothing here knows what they are about.
"""
