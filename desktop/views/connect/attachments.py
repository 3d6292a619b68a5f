"""Which attachments come by themselves, with what that means for the disk."""

from desktop.domain.attachments import CHOICES, USUAL, AttachmentPolicy
from desktop.ui.attachment_policies import disk_words, policy_words
from desktop.ui.kit.inputs import Choice
from desktop.views.connect.rows import FormRow


class AttachmentsRow(FormRow):
    """The choice with its label. A number of MB that was given on the command line is offered too."""

    def __init__(self) -> None:
        self.choice = Choice([(policy_words(one), one.spelled) for one in CHOICES], name="Attachments")
        super().__init__("Attachments", {"attachments": self.choice}, [(self.choice, 0)])
        self._offered = {one.spelled: one for one in CHOICES}
        self.choice.currentIndexChanged.connect(lambda _at: self.set_hint(disk_words(self.value)))
        self.choose(USUAL)

    @property
    def value(self) -> AttachmentPolicy:
        """What is chosen."""
        return self._offered[str(self.choice.value)]

    def choose(self, policy: AttachmentPolicy) -> None:
        """Choose another."""
        if policy.spelled not in self._offered:
            self._offered[policy.spelled] = policy
            self.choice.addItem(policy_words(policy), policy.spelled)
        self.choice.choose(policy.spelled)
        self.set_hint(disk_words(self.value))
