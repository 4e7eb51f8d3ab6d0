From statement_arguments Require Export base.
