"""Imported once by the fork server, so that every kernel has these libraries already."""

import ipykernel.ipkernel
import ipykernel.kernelapp  # noqa: F401
import matplotlib.backends.backend_agg
import matplotlib.backends.backend_pdf  # noqa: F401

import llmexposure.analysis.panel.slopes
import llmexposure.analysis.pipeline
import llmexposure.analysis.recruitment
import llmexposure.analysis.remote
import llmexposure.data.taxonomy.labels  # noqa: F401
