module A.B where
