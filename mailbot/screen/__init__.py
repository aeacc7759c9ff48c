"""`mailbot triage`: the desk as a full-screen program in a terminal."""
