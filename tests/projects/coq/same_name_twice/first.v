Require twice_lib.lib.
Definition first := twice_lib.lib.which.
