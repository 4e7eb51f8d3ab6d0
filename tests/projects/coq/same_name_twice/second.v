Require twice_lib.lib.
Definition second := twice_lib.lib.which.
