//! What the signals are for, in words for people.

use crate::{AreaMeta, Effort, SignalMeta};

pub(super) static META: AreaMeta = AreaMeta {
    id: super::ID,
    title: "Passwords and keys",
    question: "Is anything in the repository that only the owner should know?",
    signals: &[
        SignalMeta {
            id: "secrets.head",
            statement: "No password or key in the current files",
            looks_at: "Every file at the reviewed commit, with rules for the credentials of about a hundred services, \
                private keys, connection strings, and the secrets of web frameworks. Values are judged by form, checksum \
                and place: placeholders, local defaults, public keys, tests, examples and documentation are set aside \
                and counted. Only a well-formed one in production code or configuration counts; a mere value next to \
                a word like `password` is named as possible, except in an environment file, which holds nothing else. \
                What the repository's own settings say of a value is shown beside it, and takes it off no list. \
                No value is ever shown or stored.",
            why: "A credential in code is known to everybody who ever clones it, and is the first thing that many \
                reviewers look for.",
            remedy: "If it is real, make it worthless where it was issued first; then read it from the environment, \
                     with an `.env.example` that has the names only, and take it out of the history.",
            effort: Effort::Medium,
            dispute: "If the value never opened anything (a sample, a test vector, a key of a closed demo), say so; its \
                fingerprint identifies it without showing it.",
        },
        SignalMeta {
            id: "secrets.history",
            statement: "No password or key anywhere in the history, its branches and tags",
            looks_at: "Every distinct file content of every commit that the default branch, another branch, a tag or a \
                note reaches, apart from what is still in the current tree (that is `secrets.head`); besides, the \
                messages of commits and tags, the names of authors, files, branches and tags. Each finding names the \
                commit that brought the value in, the last one that had it, every path that it stood at, and whether \
                `.gitignore` covers that by now. Pull request refs are not read. What a rewritten history no longer \
                has can't be seen, nor whether a value was revoked.",
            why: "Deleting a line does not delete it: whoever clones the repository has the old commits too. One old \
                leak is ordinary; what was done about it is what tells.",
            remedy: "If it was real, make it worthless where it was issued first; only then rewrite the history with \
                     `git filter-repo --replace-text`, push it, and ask everybody to fetch it anew.",
            effort: Effort::Medium,
            dispute: "If it was revoked when it was removed, say so: a history can not show that. If it came with a \
                template, name the commit after which your own work began (`--since`).",
        },
        SignalMeta {
            id: "secrets.files",
            statement: "No file made to hold secrets was ever committed (.env, private key, keystore, database dump)",
            looks_at: "The name, and where it tells more the content, of every file that was ever committed: `.env` in \
                its spellings (not `.env.example` and its kin), private keys, keystores, service-account files, \
                credential files of command-line tools, Terraform state, shell histories, database dumps with rows and \
                SQLite databases. Files that hold only local defaults count in part; those that hold no credential, \
                and those of tests, are only named.",
            why: "Such a file is filled in sooner or later, and then somebody commits it again without looking.",
            remedy: "Make worthless what it held, if that ever opened anything. If it is still there, take it out, \
                     add it to `.gitignore` and leave an example with the names only; `git rm --cached` takes it out.",
            effort: Effort::Low,
            dispute: "If the file is meant to be public (a key pair for a demonstration, sample data), say so in the \
                README next to it.",
        },
    ],
};
