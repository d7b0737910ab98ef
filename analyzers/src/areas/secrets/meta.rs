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
            looks_at: "Every file as it is now, for keys and passwords: those of about a hundred services, private \
                keys, addresses of databases that hold a password, and the secrets of web frameworks. Each is judged \
                by its form, its checksum and where it stands: stand-ins, defaults for one's own machine, public \
                keys, and values in tests, examples and documents are set aside and counted. A mere value beside a \
                word like `password` is only called possible, except in an environment file (.env), which holds \
                nothing else; so is a signing secret that only stands in where the environment sets none. What the \
                repository's own settings say of a value is shown beside it, and takes it off no list. No value is ever shown or stored.",
            why: "Whoever has a copy of the repository can use a key that stands in it, and many reviewers look for \
                one first.",
            remedy: "If it is real, make it worthless where it was issued first; then read it from the environment, \
                     with an `.env.example` that has the names only, and take it out of the history.",
            effort: Effort::Medium,
            dispute: "If the value never opened anything (a sample, a value made for tests, a key of a closed \
                demonstration), say so; its fingerprint identifies it without showing it.",
        },
        SignalMeta {
            id: "secrets.history",
            statement: "No password or key in the history, its branches and tags, beyond the current files",
            looks_at: "Everything that was ever committed and that a branch, a tag or a note still leads to: every \
                version of every file, the messages, and the names of authors, files, branches and tags. What still \
                stands in the current files belongs to `secrets.head`. Each finding names the commit that brought the \
                value in, the last one that had it, where it stood, and whether `.gitignore` keeps such a file out by \
                now. Pull requests are not read. What a rewritten history no longer has can't be seen, nor whether a \
                key was made worthless.",
            why: "Deleting a line does not delete it: whoever copies the repository gets the old versions too. One \
                old leak is ordinary; what was done about it is what tells.",
            remedy: "If it was real, make it worthless where it was issued first; only then rewrite the history with \
                     `git filter-repo --replace-text`, push it, and ask everybody to fetch it anew.",
            effort: Effort::Medium,
            dispute: "If it was made worthless (revoked) when it was removed, say so: a history can not show that. If \
                it came with a template, name the commit after which your own work began (`--since`).",
        },
        SignalMeta {
            id: "secrets.files",
            statement: "No file made to hold secrets was ever committed (.env, private key, keystore, database dump)",
            looks_at: "The name, and where that tells more the content, of every file that was ever committed: .env \
                in its spellings (not .env.example and the like), private keys and stores of them, files with the \
                credentials of services and tools, Terraform's saved state, histories of typed commands, and \
                databases or copies of them with entries. Files that hold only defaults for one's own machine count \
                in part. Those that hold nothing secret, and those of tests, are only named.",
            why: "Such a file is filled in sooner or later, and then somebody commits it again without looking.",
            remedy: "Make worthless what it held, if that ever opened anything. If the file is still there, take it \
                out, add its name to `.gitignore`, and leave an example with the names only. `git rm --cached` takes \
                it out of the repository and leaves it on the machine.",
            effort: Effort::Low,
            dispute: "If the file is meant to be public (a key pair for a demonstration, sample data), say so in the \
                README next to it.",
        },
    ],
};
