"""What the kinds of messages are called, on the screen and in the entries of those sent."""

from __future__ import annotations

KIND_WORDS: dict[str, str] = {
    "request": "Asking to meet",
    "ask_introduction": "Asking for an introduction",
    "blurb": "A few lines to pass on",
    "write_again": "Writing again",
    "reply_yes": "Answering a yes",
    "reply_later": "Answering “not now”",
    "thanks_anyway": "Thanks anyway",
    "find_a_time": "Finding a date",
    "confirmation": "Confirming the talk",
    "about_me": "A few lines about me",
    "opening": "My opening words",
    "reschedule": "Moving the talk",
    "running_late": "Running late",
    "after_cancelled": "After a cancelled talk",
    "thank_you": "Thank-you",
    "linkedin_invitation": "LinkedIn invitation",
    "talked_to": "I talked to the person you suggested",
    "tell_promise": "I did what you suggested",
    "check_in": "Keeping in touch",
    "check_in_again": "Keeping in touch, once more",
    "good_news": "Good news",
}
