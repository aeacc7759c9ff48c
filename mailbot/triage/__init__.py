"""What a letter means: intent, urgency, needs, language, place, telephone. Pure; decides nothing."""
