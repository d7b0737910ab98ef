//! A command line as a document prints it: prompts, chains, quotes, and the programs that only run another one.

/// The commands of one line, each as its words; prompts, comments, redirections and `cd` are gone.
pub(super) fn commands(line: &str) -> Vec<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let mut commands = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut in_word = false;
    let mut chars = without_prompt(line).chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                in_word = true;
            }
            (None, '#') if !in_word => break,
            (None, ';' | '|' | '&') => {
                flush(&mut words, &mut word, &mut in_word);
                if !words.is_empty() {
                    commands.push(std::mem::take(&mut words));
                }
            }
            (None, '\\') if chars.peek().is_none_or(|next| next.is_whitespace()) => {}
            (None, c) if c.is_whitespace() => flush(&mut words, &mut word, &mut in_word),
            (None, c) => {
                word.push(c);
                in_word = true;
            }
        }
    }
    flush(&mut words, &mut word, &mut in_word);
    if !words.is_empty() {
        commands.push(words);
    }
    commands.into_iter().map(unwrap).filter(|words| !words.is_empty()).collect()
}

/// The lines of a script or a recipe, each with those that it goes on in.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let part = line.trim_end().strip_suffix('\\');
        match lines.last_mut().filter(|_| goes_on) {
            Some(last) => last.extend([" ", part.unwrap_or(line).trim()]),
            None => lines.push(part.unwrap_or(line).to_owned()),
        }
        goes_on = part.is_some();
    }
    lines
}

fn flush(words: &mut Vec<String>, word: &mut String, in_word: &mut bool) {
    if std::mem::take(in_word) {
        words.push(std::mem::take(word));
    }
}

/// `$ npm start`, `user@host:~$ npm start`, `(venv) $ ...`, `C:\> ...`, `PS C:\app> ...`, `➜ ...`, `1. npm start`.
pub(super) fn without_prompt(line: &str) -> &str {
    let mut line = line.trim().trim_matches('`').trim_start();
    for _ in 0..3 {
        let before = line;
        for mark in ["$ ", "> ", "% ", "➜ ", "❯ ", "λ ", "# ", "$> ", ">>> ", "- ", "* ", "▶ ", "~ "] {
            line = line.strip_prefix(mark).unwrap_or(line).trim_start();
        }
        if line.starts_with('(')
            && let Some((environment, rest)) = line.split_once(") ")
            && !environment.contains(' ')
        {
            line = rest.trim_start();
        }
        if line.starts_with("PS ") || line.contains("@") && line.contains("$ ") || line.get(1..3) == Some(":\\") {
            line = line.split_once("> ").or_else(|| line.split_once("$ ")).map_or(line, |(_, rest)| rest.trim_start());
        }
        // `shop$ rails server`, `backend> make up`
        if let Some((first, rest)) = line.split_once(' ')
            && let Some(name) = first.strip_suffix(['$', '>'])
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        {
            line = rest.trim_start();
        }
        if line == before {
            break;
        }
    }
    match line.strip_prefix('$') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '.') => rest,
        _ => line,
    }
}

/// Programs that run the command that follows them, with how many words of their own come first.
const WRAPPERS: &[(&[&str], usize)] = &[
    (&["sudo"], 0),
    (&["time"], 0),
    (&["nohup"], 0),
    (&["exec"], 0),
    (&["env"], 0),
    (&["winpty"], 0),
    (&["wsl"], 0),
    (&["call"], 0),
    (&["npx"], 0),
    (&["bunx"], 0),
    (&["pnpx"], 0),
    (&["cross-env"], 0),
    (&["env-cmd"], 0),
    (&["nodemon", "--exec"], 0),
    (&["nodemon", "-x"], 0),
    (&["dotenv"], 0),
    (&["npm", "exec"], 0),
    (&["pnpm", "exec"], 0),
    (&["pnpm", "dlx"], 0),
    (&["yarn", "dlx"], 0),
    (&["poetry", "run"], 0),
    (&["pipenv", "run"], 0),
    (&["pdm", "run"], 0),
    (&["uv", "run"], 0),
    (&["uvx"], 0),
    (&["rye", "run"], 0),
    (&["hatch", "run"], 0),
    (&["pixi", "run"], 0),
    (&["conda", "run"], 0),
    (&["bundle", "exec"], 0),
    (&["docker", "exec"], 1),
    (&["docker", "compose", "exec"], 1),
    (&["docker", "compose", "run"], 1),
    (&["docker-compose", "exec"], 1),
    (&["docker-compose", "run"], 1),
    (&["podman", "exec"], 1),
    (&["sh", "-c"], 0),
    (&["bash", "-c"], 0),
    (&["heroku", "local:run"], 0),
    (&["doppler", "run", "--"], 0),
    (&["op", "run", "--"], 0),
    (&["infisical", "run", "--"], 0),
];

/// What is run in the end; `sail` stays, because what follows it is a shorthand.
fn unwrap(mut words: Vec<String>) -> Vec<String> {
    for _ in 0..6 {
        while words.first().is_some_and(|word| is_assignment(word)) {
            words.remove(0);
        }
        if let Some(first) = words.first_mut() {
            *first = program(first).to_owned();
        }
        let Some((wrapper, operands)) = WRAPPERS
            .iter()
            .find(|(wrapper, _)| words.len() > wrapper.len() && words.iter().zip(*wrapper).all(|(a, b)| a == b))
        else {
            break;
        };
        let mut rest = words[wrapper.len()..].to_vec();
        let mut operands = *operands;
        while let Some(word) = rest.first() {
            let takes_value = matches!(
                word.as_str(),
                "-u" | "-e" | "-w" | "-p" | "-f" | "--user" | "--env" | "--env-file" | "--with"
            );
            if word.starts_with('-') {
                rest.remove(0);
                if takes_value && !rest.is_empty() {
                    rest.remove(0);
                }
            } else if operands > 0 {
                operands -= 1;
                rest.remove(0);
            } else {
                break;
            }
        }
        if rest.is_empty() {
            break;
        }
        // `sh -c 'flask run'`
        if rest.len() == 1 && rest[0].contains(' ') {
            let inner = rest[0].clone();
            rest = inner
                .split([';', '&'])
                .map(|part| part.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
                .rfind(|part| !part.is_empty())
                .unwrap_or_default();
        }
        words = rest;
    }
    words
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !name.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// `./venv/bin/python3.11` is `python`, `php.exe` is `php`, `.\gradlew.bat` is `gradlew`; scripts keep their path.
fn program(word: &str) -> &str {
    // Packages of Composer, as they stand in a list of what is used.
    if matches!(word, "phpunit/phpunit" | "pestphp/pest") {
        return word;
    }
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    let name = name
        .strip_suffix(".exe")
        .or_else(|| name.strip_suffix(".cmd"))
        .or_else(|| name.strip_suffix(".bat"))
        .unwrap_or(name);
    match name {
        _ if name.starts_with("python") && name[6..].chars().all(|c| c.is_ascii_digit() || c == '.') => "python",
        "py" => "python",
        _ if name.starts_with("pip") && name[3..].chars().all(|c| c.is_ascii_digit() || c == '.') => "pip",
        "mvnw" | "mvn" | "mvnd" => "mvn",
        "gradlew" | "gradle" => "gradle",
        "phpunit" | "pest" | "pytest" | "sail" | "rails" | "rake" | "rspec" | "flask" | "uvicorn" | "gunicorn"
        | "jest" | "mocha" | "vitest" | "node" | "npm" | "yarn" | "artisan" | "bundle" | "composer" => name,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> String {
        commands(line).iter().map(|words| words.join(" ")).collect::<Vec<_>>().join(" ; ")
    }

    #[test]
    fn lines_are_taken_apart() {
        for (line, expected) in [
            ("$ npm install && npm start # now open it", "npm install ; npm start"),
            ("user@host:~/app$ make run", "make run"),
            ("(venv) $ flask run", "flask run"),
            ("PS C:\\app> dotnet run", "dotnet run"),
            ("FLASK_APP=app.py flask run", "flask run"),
            ("./venv/bin/python3 manage.py runserver", "python manage.py runserver"),
            ("docker-compose exec -T api-service python manage.py test", "python manage.py test"),
            ("docker compose exec web sh -c 'cd src; flask run'", "flask run"),
            ("poetry run pytest -q", "pytest -q"),
            ("sudo docker compose up -d", "docker compose up -d"),
            ("./mvnw spring-boot:run", "mvn spring-boot:run"),
            ("vendor/bin/phpunit tests", "phpunit tests"),
            ("phpunit/phpunit", "phpunit/phpunit"),
            (".\\gradlew.bat bootRun", "gradle bootRun"),
            ("# Install the dependencies", "Install the dependencies"),
            ("\"./env/Scripts/python.exe\" \"./apps/a b/server.py\" (go)", "python ./apps/a b/server.py (go)"),
            ("", ""),
        ] {
            assert_eq!(one(line), expected, "{line}");
        }
    }
}
