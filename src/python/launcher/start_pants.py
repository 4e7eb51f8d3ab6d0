"""Starts Pants; the scheduler that installs plugins is made only if there are plugins."""

import sys
from functools import cached_property

from pants.bin.pants_loader import main
from pants.init import options_initializer

# Pants has a scheduler of its own for installing the plugins that `[GLOBAL].plugins` names, and
# makes it at each start: two thirds of the start's time, where that option names none.
make = options_initializer.create_bootstrap_scheduler


class Deferred:
    """A `BootstrapScheduler` that is made when something is asked of it."""

    def __init__(self, *args):
        self.args = args

    @cached_property
    def scheduler(self):
        return make(*self.args).scheduler


class PluginResolver(options_initializer.PluginResolver):
    def resolve(self, options_bootstrapper, env):
        options = options_bootstrapper.bootstrap_options.for_global_scope()
        return super().resolve(options_bootstrapper, env) if options.plugins else self._working_set


options_initializer.create_bootstrap_scheduler = Deferred
options_initializer.PluginResolver = PluginResolver

if __name__ == "__main__":
    del sys.path[0]  # the folder of this file
    main()
