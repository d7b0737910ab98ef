//! Names of tables and columns, which code writes in one way and a database in another.

/// `UserID` and `userId` as `user_id`.
pub(in crate::areas::database) fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut was_small = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && was_small {
            snake.push('_');
        }
        was_small = !c.is_ascii_uppercase() && c != '_';
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// What is the same for all ways of writing a name: `Orders`, `order` and `Order`; `userId` and `user_id`.
pub(in crate::areas::database) fn plain(name: &str) -> String {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    match plain.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => plain.strip_suffix('s').map_or(plain.clone(), str::to_owned),
    }
}

/// What is quoted in `text`.
pub(super) fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split(['"', '\'', '`']).skip(1).step_by(2)
}

/// The first word of `text`.
pub(super) fn word(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())]
}
