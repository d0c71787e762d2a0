"""A feature that is not listed does nothing, and nobody would notice."""

from __future__ import annotations

import importlib
import pkgutil

import handlers


def test_every_feature_of_a_handler_module_is_listed() -> None:
    modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(handlers.__path__, "handlers.")]
    brought = [module.FEATURE for module in modules if hasattr(module, "FEATURE")]
    assert len(brought) == len(handlers.FEATURES)
    assert all(feature in handlers.FEATURES for feature in brought)
