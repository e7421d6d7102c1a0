"""开放审核 in rounds: queues, three reviews by three persons, the forming units' opinions, consent, publication."""
