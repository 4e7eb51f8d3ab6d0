From failing_import Require base.
