"""What the codes of findings about texts, files and the objects in them mean."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Meaning: TypeAlias = tuple[str, str, str]

FILES: dict[str, Meaning] = {
    "ambiguous-scalar": (
        "error",
        "YAML parsers disagree about this unquoted value.",
        "Write the value that the message proposes, or quote it.",
    ),
    "merge-conflict": (
        "error",
        "A merge conflict in the file is not resolved.",
        "Keep one side, and remove the lines with <<<<<<<, ======= and >>>>>>>.",
    ),
    "unresolved-placeholder": (
        "error",
        "A value is a variable or a template that nothing has replaced, such as ${NAME} or {{ .Values.name }}.",
        "Render the template or replace the variable before krmfn reads the file, or write the value.",
    ),
    "encrypted": (
        "error",
        "A file or an object is encrypted, so krmfn cannot read it.",
        "Decrypt it first. With SOPS, encrypt only the values that are secret (encrypted_regex).",
    ),
    "helm-values": (
        "error",
        "The file has the values of a Helm chart.",
        "Write a NATS, or convert values of the official NATS chart to one.",
    ),
    "unreadable-yaml": ("error", "The file is not valid YAML.", "Fix the line that the message names."),
    "not-json": (
        "error",
        "A file named .json has YAML that JSON does not allow, such as a comment or a comma before a closing bracket.",
        "Remove it, or name the file .yaml.",
    ),
    "not-utf8": ("error", "The file is not UTF-8.", "Save it as UTF-8."),
    "control-character": ("error", "The file has a character that YAML does not allow.", "Remove it."),
    "duplicate-key": ("error", "A mapping has a duplicate key.", "Remove one of the two."),
    "bad-key": ("error", "A key is a list or a mapping.", "Use a string as the key."),
    "bad-merge": (
        "error",
        "A merge key (<<) refers to something that is not a mapping.",
        "Write the fields themselves.",
    ),
    "bad-tag": ("error", "A tag (!!) does not match its value.", "Remove the tag."),
    "unknown-tag": ("error", "Kubernetes tools do not know this tag (!).", "Remove the tag."),
    "unknown-anchor": ("error", "An alias (*) has no anchor (&) before it.", "Write the value itself."),
    "self-reference": ("error", "An alias (*) refers to a value that contains it.", "Write the value itself."),
    "directive": ("error", "The file has a % directive, which kpt does not read.", "Remove it."),
    "bad-separator": ("error", "There is text after --- on the same line.", "Move it to the next line."),
    "text-after-end": ("error", "There is text after ..., which kpt would drop.", "Start a new document with ---."),
    "several-documents": (
        "error",
        "There are several documents where one is expected.",
        "Separate them with a line ---, or keep one.",
    ),
    "too-large": ("error", "The input, or an object in it, is larger than the limit.", "Split it."),
    "too-deep": ("error", "Lists and mappings are nested too deep.", "Use fewer levels."),
    "too-many-nodes": ("error", "A document has more values than the limit.", "Split it."),
    "too-many-aliases": ("error", "Aliases (*) expand to more values than the limit.", "Write the values themselves."),
    "unprintable-value": (
        "error",
        "A value cannot be written as YAML that every parser reads alike.",
        "Remove what the message names.",
    ),
    "not-a-resource-list": (
        "error",
        "The input is not a ResourceList.",
        "Run krmfn from kpt or kustomize, or use krmfn render.",
    ),
    "no-items": ("error", "The ResourceList has no items.", "Write items: [] if there are none."),
    "not-a-list": ("error", "items of the ResourceList is not a list.", "Write a list."),
    "irregular-list": (
        "error",
        "The layout of the ResourceList cannot be edited safely.",
        "Start each item on its own line.",
    ),
    "not-an-object": (
        "error",
        "A document is not a Kubernetes object.",
        "Add apiVersion, kind and metadata.name, or remove the document.",
    ),
    "empty-input": (
        "error",
        "The input is empty: standard input, a file, or a folder without objects.",
        (
            "Check the command that writes it (set -o pipefail shows when it fails) and the path; -R reads the folders"
            " below a folder too."
        ),
    ),
    "nats-in-list": (
        "error",
        "An item of a ResourceList is a List that has a NATS in it.",
        "Make each object of the List a separate item.",
    ),
    "no-nats-cr": ("error", "The input has no NATS.", "Use -f with the file that has it."),
    "broken-link": (
        "error",
        "A symbolic link is broken.",
        "Fix the link, or skip it with --exclude.",
    ),
    "link-leads-out": (
        "error",
        "A symbolic link leads out of the repository (or of the directory, outside a repository).",
        "Copy its target there, or skip the link with --exclude.",
    ),
    "outside-repository": ("error", "A path is outside the repository.", "Use a path inside it."),
    "submodule": (
        "error",
        "A directory is a git submodule; its files are in another repository.",
        "Compare them in that repository, or skip it with --exclude.",
    ),
    "not-checked-out": (
        "error",
        "A file is in git but not on the disk, because a sparse checkout leaves it out.",
        "Run git sparse-checkout disable, compare two revisions, or skip it with --exclude.",
    ),
    "git-lfs": ("error", "A file is a Git LFS pointer.", "Run git lfs pull, or store the file in git itself."),
    "kustomize-patch": (
        "error",
        "A kustomization uses this file of a NATS or RenderNATS as a patch, so it is not a complete object.",
        "Pass the output of kustomize build to krmfn, or skip the file with --exclude.",
    ),
    "namespace-differs": (
        "error",
        "The namespace of a NATS differs from -n.",
        "Remove -n, or set it to that namespace.",
    ),
    "unread-change": (
        "warning",
        "An object that cannot be read, or has no name, is in only one of the two states.",
        "Review the change yourself: krmfn diff cannot judge it and exits with 1.",
    ),
    "left-out": (
        "warning",
        "A document that is not a readable object is missing from the output.",
        "Nothing, if it is for another tool; --exclude skips it without a warning.",
    ),
    "file-left": (
        "warning",
        (
            "A file of the output directory is no longer rendered but lacks krmfn's mark, so it could be yours and"
            " stays."
        ),
        "Delete it, unless it is yours.",
    ),
    "no-such-file": ("error", "No such file or directory.", "Use a path that exists."),
    "read-failed": ("error", "A file or standard input cannot be read.", "Fix what the message names."),
    "write-failed": ("error", "The output cannot be written; nothing was changed.", "Fix what the message names."),
    "out-of-memory": ("error", "There is not enough memory.", "Give krmfn more memory, or split the input."),
    "internal-fault": ("error", "krmfn itself failed.", "Report it with the output of --debug."),
    "unknown-version": (
        "error",
        "krmfn does not know this version of NATS.",
        "Use operator.kyma-project.io/v1alpha1.",
    ),
    "looks-like-nats": (
        "error",
        "An object looks like a NATS whose kind or apiVersion is misspelled or missing.",
        "Use the kind or apiVersion that the message names.",
    ),
    "looks-like-config": (
        "error",
        "An object looks like a RenderNATS whose kind or apiVersion is misspelled or missing.",
        "Use kind: RenderNATS and apiVersion: fn.krmfn.dev/v1alpha1.",
    ),
    "not-among-items": (
        "error",
        "A ResourceList that is read as a file has a NATS as functionConfig.",
        "Move it to the items, or to its own file.",
    ),
    "unidentified-object": (
        "error",
        "An object cannot be identified while a cluster is to be removed.",
        "Fix the object, or remove it from the input.",
    ),
    "duplicate-object": (
        "error",
        "The input has the same object twice, so the previous state is not known.",
        "Remove one of the two.",
    ),
    "moved-child": (
        "error",
        "A rendered object is in another namespace than its NATS: a later function moved it.",
        "Set the namespace on the NATS too, or move krmfn after that function in the pipeline.",
    ),
    "unclear-state": (
        "error",
        "An object of an earlier render has values that krmfn cannot interpret, so the change cannot be judged.",
        "Restore the object from Git, or delete it and compare by hand.",
    ),
    "removal-not-allowed": (
        "error",
        "The input has rendered objects but not their NATS, so the whole cluster would be removed.",
        "Restore the NATS, or name the cluster in allowRemoval.",
    ),
    "duplicate-cr": (
        "error",
        "The input has the same NATS twice.",
        "Remove one, or skip it (--exclude). If each directory is for another cluster, run krmfn once per directory.",
    ),
    "child-collision": ("error", "Two NATS would render the same object.", "Rename one of them."),
    "unmarked-child": (
        "error",
        "An object has the name of a rendered one but lacks krmfn's mark.",
        "Remove it, rename the NATS, or set adopt: true to replace it.",
    ),
    "child-removed": (
        "info",
        "The NATS no longer renders this object, so it is removed.",
        "Check that nothing else uses it.",
    ),
    "cluster-removed": (
        "warning",
        "A cluster whose NATS was removed is deleted, as allowRemoval permits. Its volumes stay.",
        "Restore the NATS if that is not intended.",
    ),
    "items-hidden": (
        "warning",
        "selectors or exclude hide items, so krmfn cannot find the objects that it rendered before.",
        "Remove selectors and exclude.",
    ),
    "unsafe-path": (
        "error",
        "A path annotation or a name leads out of the package or to a hidden file.",
        "Use plain relative paths.",
    ),
    "same-file-twice": ("error", "Two objects would be written to the same file.", "Render them without --output-dir."),
    "other-shards": (
        "error",
        "The output directory has parts of another number of shards, or a whole render: clusters would be there twice.",
        "Remove the old ones and compare with a copy of them by --previous, or use another directory.",
    ),
    "foreign-file": (
        "error",
        "A file that krmfn did not write, or that has other objects too, is in the way of a rendered one.",
        "Move it, or use a separate output directory.",
    ),
    "symlink": (
        "error",
        "A symbolic link is in the way of a rendered file.",
        "Remove it, or use the directory that it points to.",
    ),
    "not-a-directory": (
        "error",
        "The output directory is a file.",
        "Use a directory, or a path that does not exist yet.",
    ),
    "output-dir-in-use": (
        "error",
        "The output directory contains the current directory or an input file.",
        "Use a separate output directory, or skip it when reading (--exclude).",
    ),
    "not-current": (
        "error",
        "A file of the output directory is missing, differs from what is rendered, or is left over (--check).",
        "Render without --check, and commit the result.",
    ),
    "output-file": (
        "error",
        "The output file is a directory, a symbolic link or a file that is read.",
        "Name another file.",
    ),
}
