"""Answers with evidence: health, completeness against the server, soundness of the store. Changes nothing."""
