Load "payload".
