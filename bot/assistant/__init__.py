"""The assistant: a language model that says a draft in the member's own voice, where there is one.

What leaves the bot is the draft and the member's sample, with names hidden; what comes back is kept
only when it says nothing that the draft did not say.
"""
