From ambiguous_import Require Import part.
