"""Learn: from trials to findings, and from findings to beliefs that the next plan uses."""

from __future__ import annotations

from runtime.learn.beliefs import Expectation, Expectations, update_beliefs
from runtime.learn.conclude import Conclusion, conclude

__all__ = ["Conclusion", "Expectation", "Expectations", "conclude", "update_beliefs"]
