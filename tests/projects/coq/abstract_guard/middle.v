Require abstract_guard.base.
Module M.
Definition bad := abstract_guard.base.bad.
End M.
