import SharedName
