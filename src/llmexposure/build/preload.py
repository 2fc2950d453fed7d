"""Imported once by the fork server, so that every kernel has these libraries already."""

import ipykernel.ipkernel
import ipykernel.kernelapp  # noqa: F401
import matplotlib.backends.backend_agg
import matplotlib.backends.backend_pdf  # noqa: F401

import llmexposure.estimation.agreement
import llmexposure.estimation.correlation
import llmexposure.estimation.event_study
import llmexposure.estimation.ols
import llmexposure.estimation.posting_level
import llmexposure.notebook
import llmexposure.notebook.panels
import llmexposure.outcomes.categories
import llmexposure.outcomes.postings
import llmexposure.outcomes.shares
import llmexposure.report.figures
import llmexposure.taxonomy.labels  # noqa: F401
