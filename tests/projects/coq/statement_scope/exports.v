From statement_scope Require Export base.
