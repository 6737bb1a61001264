"""What a member's network looks like in figures: who led to whom, how it goes, who drifts away."""
