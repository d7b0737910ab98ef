//! One person may write under several names and addresses, and no file of names says so.

use std::collections::HashMap;

use super::{Author, History};

impl History {
    /// For each author the index of the first one who is the same person: by name, by address, or by a name that is the login
    /// in an address of GitHub's (`12345+login@users.noreply.github.com`).
    pub fn people(&self) -> Vec<usize> {
        let mut person: Vec<usize> = (0..self.authors.len()).collect();
        let mut known: HashMap<String, usize> = HashMap::new();
        for (index, author) in self.authors.iter().enumerate() {
            for mark in marks(author) {
                let other = *known.entry(mark).or_insert(index);
                let (one, two) = (first(&person, index), first(&person, other));
                person[one.max(two)] = one.min(two);
            }
        }
        (0..person.len()).map(|index| first(&person, index)).collect()
    }
}

/// What tells who it is. A name of one letter, and an address that is none, are many people's.
fn marks(author: &Author) -> impl Iterator<Item = String> {
    let name = author.name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let email = author.email.to_lowercase();
    let login =
        email.strip_suffix("@users.noreply.github.com").map(|it| it.rsplit('+').next().unwrap_or(it).to_owned());
    let name = Some(name).filter(|name| name.chars().count() > 1);
    let email = Some(email).filter(|email| email.contains('@') && !email.starts_with("noreply@"));
    [name, login, email].into_iter().flatten()
}

fn first(person: &[usize], index: usize) -> usize {
    let mut index = index;
    while person[index] != index {
        index = person[index];
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_is_known_by_a_name_an_address_or_a_login() {
        let author = |(name, email): (&str, &str)| Author { name: name.to_owned(), email: email.to_owned() };
        let people = |authors: &[(&str, &str)]| {
            History { authors: authors.iter().copied().map(author).collect(), ..History::default() }.people()
        };
        assert_eq!(people(&[("Ana Silva", "ana@home"), ("ana  silva", "ana@work")]), [0, 0]);
        assert_eq!(people(&[("ana", "a@b.c"), ("Ana Silva", "A@b.c")]), [0, 0]);
        assert_eq!(people(&[("anas", "a@b.c"), ("Ana Silva", "123+anas@users.noreply.github.com")]), [0, 0]);
        // What comes last joins two who seemed to be different people.
        assert_eq!(people(&[("Ana", "a@b.c"), ("Bo", "b@b.c"), ("anas", "d@b.c"), ("Ana", "d@b.c")]), [0, 1, 0, 0]);
        let apart = [("Ana", "noreply@github.com"), ("Bo", "noreply@github.com"), ("root", "root"), ("x", "root")];
        assert_eq!(people(&apart), [0, 1, 2, 3]);
    }
}
