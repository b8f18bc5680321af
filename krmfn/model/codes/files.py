"""What the codes of findings about texts, files and the objects in them mean."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Meaning: TypeAlias = tuple[str, str, str]

FILES: dict[str, Meaning] = {
    "ambiguous-scalar": (
        "error",
        "kubectl and kpt read this unquoted text as different values.",
        "Write what the message says, or put it in quotes.",
    ),
    "unreadable-yaml": ("error", "The text is not YAML.", "Mend the line that the message names."),
    "not-utf8": ("error", "The text is not UTF-8.", "Save it as UTF-8."),
    "control-character": ("error", "The text has a character that YAML does not allow.", "Remove it."),
    "duplicate-key": ("error", "A mapping has a key twice.", "Remove one of the two."),
    "bad-key": ("error", "A key is a list or a mapping.", "Write a text as key."),
    "bad-merge": ("error", "A merge (<<) names what is no mapping.", "Write the fields themselves."),
    "bad-tag": ("error", "A tag (!!) does not fit its value.", "Remove the tag."),
    "unknown-tag": ("error", "A tag (!) that Kubernetes tools do not know.", "Remove the tag."),
    "unknown-anchor": ("error", "An alias (*) names no anchor (&) before it.", "Write the value itself."),
    "self-reference": ("error", "An alias (*) stands inside what it names.", "Write the value itself."),
    "directive": ("error", "The text has a % directive, which kpt does not read.", "Remove it."),
    "bad-separator": ("error", "A line that starts with --- has more on it.", "Put the document on the next line."),
    "text-after-end": ("error", "Text follows ..., which kpt would drop.", "Begin a new document with ---."),
    "several-documents": (
        "error",
        "Several documents stand where one belongs.",
        "Put --- on a line between them, or leave one.",
    ),
    "too-large": ("error", "The input or an object in it is larger than krmfn reads.", "Split it."),
    "too-deep": ("error", "Lists and mappings are nested too deeply.", "Write fewer levels."),
    "too-many-nodes": ("error", "One document has more values than krmfn reads.", "Split it."),
    "too-many-aliases": ("error", "Aliases (*) make more values than krmfn reads.", "Write the values themselves."),
    "unprintable-value": (
        "error",
        "A value holds what YAML cannot hold for every reader.",
        "Remove the character or number that the message names.",
    ),
    "not-a-resource-list": (
        "error",
        "The input is no ResourceList.",
        "Let kpt or kustomize call krmfn, or use krmfn render.",
    ),
    "no-items": ("error", "The ResourceList has no items.", "Write items: [] for none."),
    "not-a-list": ("error", "The items of the ResourceList are no list.", "Write a list."),
    "irregular-list": (
        "error",
        "The ResourceList is written in a form that cannot be edited safely.",
        "Write each item on lines of its own.",
    ),
    "not-an-object": (
        "error",
        "A document is no Kubernetes object.",
        "Write apiVersion, kind and metadata.name, or leave it out.",
    ),
    "empty-input": ("error", "The input is empty.", "Check what writes to it; set -o pipefail shows its failure."),
    "no-nats-cr": ("error", "No NATS is among the input.", "Write -f with the file that holds it."),
    "broken-link": (
        "error",
        "A link leads to nothing that is there.",
        "Correct the link, or leave it out (--exclude).",
    ),
    "link-leads-out": (
        "error",
        "A link leads out of the repository, or of the directory where there is none.",
        "Put what it names there, or leave the link out (--exclude).",
    ),
    "outside-repository": ("error", "A path is outside the repository.", "Name a path inside it."),
    "submodule": (
        "error",
        "A directory is a submodule, whose files git keeps in another repository.",
        "Compare them in that repository, or leave it out (--exclude).",
    ),
    "git-lfs": ("error", "A file is a pointer of Git LFS.", "Run git lfs pull, or keep the file in git itself."),
    "kustomize-patch": (
        "error",
        "A kustomization names the file of a NATS or RenderNATS as a patch, so it is not a whole one.",
        "Give krmfn what kustomize build prints, or leave the file out (--exclude).",
    ),
    "namespace-differs": (
        "error",
        "A NATS states another namespace than -n does.",
        "Leave -n out, or name that namespace.",
    ),
    "unread-change": (
        "warning",
        "An object that cannot be read, or has no name, is in one of two states only.",
        "Look at the change yourself: krmfn diff cannot judge it, and ends with status 1.",
    ),
    "left-out": (
        "warning",
        "A document that cannot be read as an object is not among the output.",
        "Nothing, where it is for another tool; --exclude leaves it out without a warning.",
    ),
    "file-left": (
        "warning",
        "A file of the output directory is not rendered any more, has no mark of krmfn's, and so could be yours.",
        "Remove it, unless it is yours.",
    ),
    "no-such-file": ("error", "A path is not there.", "Write a path that exists."),
    "read-failed": ("error", "A file or standard input cannot be read.", "Mend what the message names."),
    "write-failed": ("error", "The output cannot be written; nothing was changed.", "Mend what the message names."),
    "out-of-memory": ("error", "There is not enough memory.", "Give krmfn more, or split the input."),
    "internal-fault": ("error", "krmfn itself failed.", "Report it with the output of --debug."),
    "unknown-version": (
        "error",
        "A NATS has a version that krmfn does not know.",
        "Write operator.kyma-project.io/v1alpha1.",
    ),
    "looks-like-nats": (
        "error",
        "An object looks like a NATS whose kind or apiVersion is misspelled or missing.",
        "Write the kind or apiVersion that the message names.",
    ),
    "looks-like-config": (
        "error",
        "An object looks like a RenderNATS whose kind or apiVersion is misspelled or missing.",
        "Write kind: RenderNATS and apiVersion: fn.krmfn.dev/v1alpha1.",
    ),
    "not-among-items": (
        "error",
        "A NATS is the functionConfig of a list that is read as a file.",
        "Put it among the items, or in a file of its own.",
    ),
    "unidentified-object": (
        "error",
        "It cannot be told what an object is, while a cluster is to be removed.",
        "Correct the object, or leave it out of the input.",
    ),
    "duplicate-object": (
        "error",
        "The same object is among the input twice, so nobody can tell which of the two is the earlier state.",
        "Remove one of the two.",
    ),
    "moved-child": (
        "error",
        "A rendered object is in another namespace than its NATS: something behind krmfn moved it.",
        "Set the namespace on the NATS too, or put krmfn behind that function in the pipeline.",
    ),
    "unclear-state": (
        "error",
        "An object of an earlier render is not as krmfn or Kubernetes writes it, so the step from it cannot be judged.",
        "Restore the object from Git, or remove it and compare by hand.",
    ),
    "removal-not-allowed": (
        "error",
        "The NATS of rendered objects is not among the input, so its whole cluster would be removed.",
        "Bring the NATS back, or name the cluster in allowRemoval.",
    ),
    "duplicate-cr": (
        "error",
        "The same NATS is there twice.",
        "Remove one, or leave it out (--exclude). Where each directory is for another cluster, call once for each.",
    ),
    "child-collision": ("error", "Two NATS would render the same object.", "Rename one of them."),
    "unmarked-child": (
        "error",
        "An object has the name of a rendered one and is not krmfn's.",
        "Remove it, rename the NATS, or set adopt: true to replace it.",
    ),
    "child-removed": ("info", "A rendered object is no longer wanted and is removed.", "Nothing."),
    "cluster-removed": (
        "warning",
        "A cluster is removed, as allowRemoval says: its NATS is gone. Its volumes stay.",
        "Bring the NATS back if that is not meant.",
    ),
    "items-hidden": (
        "warning",
        "selectors or exclude hide items, so what was rendered before cannot be found.",
        "Remove selectors and exclude.",
    ),
    "unsafe-path": (
        "error",
        "A path that a host or a name gives leads out of the package or to a hidden file.",
        "Use plain relative paths.",
    ),
    "same-file-twice": ("error", "Two objects would be written to the same file.", "Render them without --output-dir."),
    "foreign-file": (
        "error",
        "A file that is not krmfn's, or not its alone, is where a rendered one must go.",
        "Move it away, or give the output a directory of its own.",
    ),
    "symlink": (
        "error",
        "A symbolic link is on the way of a rendered file.",
        "Remove it, or name the directory itself.",
    ),
    "not-a-directory": ("error", "The output directory is a file.", "Name a directory, or one that is not there yet."),
    "output-dir-in-use": (
        "error",
        "The output directory holds the current directory or a file that is read.",
        "Give the output a directory of its own, or leave it out of what is read (--exclude).",
    ),
    "output-file": (
        "error",
        "The output file is a directory, a symbolic link or a file that is read.",
        "Name another file.",
    ),
}
