//! Reads the Common Expression Language: text to a tree. Knows neither values nor functions.

/// The deepest nesting of an expression.
const MAX_DEPTH: usize = 100;
/// The most words and signs of an expression.
const MAX_TOKENS: usize = 1500;

/// One node of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Text(String),
    Bytes(Vec<u8>),
    Name(String),
    /// A member; `true` for one that may be absent (`.?`).
    Member(Box<Self>, String, bool),
    /// `has(x.y)`.
    Has(Box<Self>, String),
    /// `x[y]`; `true` for `x[?y]`.
    Index(Box<Self>, Box<Self>, bool),
    Call(Option<Box<Self>>, String, Vec<Self>),
    /// A macro over a list or map: its name, its one or two variables, and what it evaluates.
    Over(Box<Self>, String, Vec<String>, Vec<Self>),
    List(Vec<Self>),
    Map(Vec<(Self, Self)>),
    Not(Box<Self>),
    Negative(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    If(Box<Self>, Box<Self>, Box<Self>),
    Binary(&'static str, Box<Self>, Box<Self>),
}

/// Reads an expression.
///
/// # Errors
/// What is wrong, and where.
pub(super) fn parse(text: &str) -> Result<Expr, String> {
    let tokens = lex(text)?;
    if tokens.len() > MAX_TOKENS {
        return Err("expression is too long for fake-cluster".to_owned());
    }
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let expr = parser.conditional()?;
    match parser.peek() {
        None if height(&expr) > MAX_DEPTH => Err("expression recursion limit exceeded".to_owned()),
        None => Ok(expr),
        Some(token) => Err(format!("Syntax error: unexpected {token:?}")),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Int(i64),
    /// One more than the greatest number: only with a minus before it.
    Least,
    Uint(u64),
    Double(f64),
    Text(String),
    Bytes(Vec<u8>),
    Sign(&'static str),
}

const SIGNS: [&str; 24] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]",
    "{", "}",
];

fn lex(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
            continue;
        }
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let (token, left) = if let Some(found) = quoted(rest)? {
            found
        } else if first.is_ascii_digit() {
            number(rest)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (name, left) = rest.split_at(end);
            (Token::Name(name.to_owned()), left)
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            let sign = sign.ok_or_else(|| format!("Syntax error: token recognition error at: '{first}'"))?;
            (Token::Sign(sign), rest.get(sign.len()..).unwrap_or_default())
        };
        tokens.push(token);
        rest = left;
    }
}

fn number(text: &str) -> Result<(Token, &str), String> {
    let bad = || "Syntax error: invalid number literal".to_owned();
    if let Some(hex) = text.strip_prefix("0x") {
        let end = hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len());
        let (digits, left) = hex.split_at(end);
        if let Some(left) = left.strip_prefix(['u', 'U']) {
            return Ok((Token::Uint(u64::from_str_radix(digits, 16).map_err(|_| bad())?), left));
        }
        return Ok((Token::Int(i64::from_str_radix(digits, 16).map_err(|_| bad())?), left));
    }
    let digits = |from: usize| {
        let tail = text.get(from..).unwrap_or_default();
        from + tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len())
    };
    let mut end = digits(0);
    let mut is_float = false;
    let at = |index: usize| text.as_bytes().get(index).copied().unwrap_or_default();
    if at(end) == b'.' && at(end + 1).is_ascii_digit() {
        is_float = true;
        end = digits(end + 1);
    }
    if matches!(at(end), b'e' | b'E') {
        let sign = usize::from(matches!(at(end + 1), b'+' | b'-'));
        if at(end + 1 + sign).is_ascii_digit() {
            is_float = true;
            end = digits(end + 1 + sign);
        }
    }
    let (number, left) = text.split_at(end);
    if is_float {
        return Ok((Token::Double(number.parse().map_err(|_| bad())?), left));
    }
    if let Some(left) = left.strip_prefix(['u', 'U']) {
        return Ok((Token::Uint(number.parse().map_err(|_| bad())?), left));
    }
    let whole: u64 = number.parse().map_err(|_| bad())?;
    match i64::try_from(whole) {
        Ok(whole) => Ok((Token::Int(whole), left)),
        Err(_) if whole == 1 << 63 => Ok((Token::Least, left)),
        Err(_) => Err(bad()),
    }
}

/// A string or bytes literal, if the text begins with one.
fn quoted(text: &str) -> Result<Option<(Token, &str)>, String> {
    let (mut raw, mut bytes) = (false, false);
    let mut rest = text;
    for _ in 0..2 {
        match rest.chars().next() {
            Some('r' | 'R') if !raw => raw = true,
            Some('b' | 'B') if !bytes => bytes = true,
            _ => break,
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    let Some(mark) = ["\"\"\"", "'''", "\"", "'"].iter().find(|mark| rest.starts_with(**mark)) else {
        return Ok(None);
    };
    let mut rest = rest.get(mark.len()..).unwrap_or_default();
    let mut out: Vec<u8> = Vec::new();
    loop {
        if let Some(left) = rest.strip_prefix(mark) {
            if bytes {
                return Ok(Some((Token::Bytes(out), left)));
            }
            let text = String::from_utf8(out).map_err(|_| "Syntax error: invalid string literal".to_owned())?;
            return Ok(Some((Token::Text(text), left)));
        }
        let mut chars = rest.chars();
        match chars.next() {
            None => return Err("Syntax error: token recognition error: a string does not end".to_owned()),
            Some('\\') if !raw => {
                let used = escape(chars.as_str(), bytes, &mut out)
                    .ok_or_else(|| "Syntax error: invalid escape sequence".to_owned())?;
                rest = chars.as_str().get(used..).unwrap_or_default();
            }
            Some(char) => {
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                rest = chars.as_str();
            }
        }
    }
}

/// Reads what follows a backslash; how many bytes of it were used.
fn escape(text: &str, bytes: bool, out: &mut Vec<u8>) -> Option<usize> {
    let first = text.chars().next()?;
    let simple = match first {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' | '\'' | '"' | '`' | '?' => u8::try_from(first).ok()?,
        _ => 0,
    };
    if simple != 0 {
        out.push(simple);
        return Some(1);
    }
    let (skip, count, radix) = match first {
        'x' | 'X' => (1, 2, 16),
        'u' => (1, 4, 16),
        'U' => (1, 8, 16),
        '0'..='3' => (0, 3, 8),
        _ => return None,
    };
    let code = u32::from_str_radix(text.get(skip..skip + count)?, radix).ok()?;
    if bytes && count < 4 {
        out.push(u8::try_from(code).ok()?);
    } else {
        out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Some(skip + count)
}

/// Joins many terms into a tree that is as low as can be.
fn balanced(mut terms: Vec<Expr>, join: &dyn Fn(Expr, Expr) -> Expr) -> Expr {
    if terms.len() > 1 {
        let right = terms.split_off(terms.len() / 2);
        return join(balanced(terms, join), balanced(right, join));
    }
    terms.pop().unwrap_or(Expr::Null)
}

fn height(expr: &Expr) -> usize {
    1 + expr.parts().into_iter().map(height).max().unwrap_or_default()
}

impl Expr {
    /// The expressions directly within.
    pub(super) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Uint(_)
            | Self::Double(_)
            | Self::Text(_)
            | Self::Bytes(_)
            | Self::Name(_) => Vec::new(),
            Self::Member(of, ..) | Self::Has(of, _) | Self::Not(of) | Self::Negative(of) => vec![of],
            Self::Index(left, right, _)
            | Self::And(left, right)
            | Self::Or(left, right)
            | Self::Binary(_, left, right) => vec![left, right],
            Self::If(condition, yes, no) => vec![condition, yes, no],
            Self::List(items) => items.iter().collect(),
            Self::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            Self::Call(target, _, arguments) => target.as_deref().into_iter().chain(arguments).collect(),
            Self::Over(of, _, _, bodies) => std::iter::once(&**of).chain(bodies).collect(),
        }
    }

    /// Whether a name stands anywhere in it.
    pub(super) fn mentions(&self, name: &str) -> bool {
        matches!(self, Self::Name(found) if found == name) || self.parts().into_iter().any(|part| part.mentions(name))
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

/// Operators by how tightly they bind, loosest first.
const LEVELS: [&[&str]; 3] = [&["==", "!=", "<", "<=", ">", ">=", "in"], &["+", "-"], &["*", "/", "%"]];

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(found)) if *found == sign);
        self.at += usize::from(found);
        found
    }

    fn wants(&mut self, sign: &str) -> Result<(), String> {
        if self.takes(sign) {
            return Ok(());
        }
        let found = self.peek().map_or_else(|| "<EOF>".to_owned(), |token| format!("{token:?}"));
        Err(format!("Syntax error: mismatched input {found}, expecting '{sign}'"))
    }

    fn conditional(&mut self) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("expression recursion limit exceeded".to_owned());
        }
        let condition = self.or()?;
        let expr = if self.takes("?") {
            let yes = self.or()?;
            self.wants(":")?;
            Expr::If(condition.into(), yes.into(), self.conditional()?.into())
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn or(&mut self) -> Result<Expr, String> {
        let mut terms = vec![self.and()?];
        while self.takes("||") {
            terms.push(self.and()?);
        }
        Ok(balanced(terms, &|left, right| Expr::Or(left.into(), right.into())))
    }

    fn and(&mut self) -> Result<Expr, String> {
        let mut terms = vec![self.binary(0)?];
        while self.takes("&&") {
            terms.push(self.binary(0)?);
        }
        Ok(balanced(terms, &|left, right| Expr::And(left.into(), right.into())))
    }

    fn binary(&mut self, level: usize) -> Result<Expr, String> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        loop {
            let found = operators.iter().find(|operator| match self.peek() {
                Some(Token::Sign(sign)) => sign == *operator,
                Some(Token::Name(name)) => name == *operator,
                _ => false,
            });
            let Some(operator) = found else { return Ok(left) };
            self.at += 1;
            left = Expr::Binary(operator, left.into(), self.binary(level + 1)?.into());
        }
    }

    fn unary(&mut self) -> Result<Expr, String> {
        let mut nots = 0_usize;
        while self.takes("!") {
            nots += 1;
        }
        if nots > 0 {
            let inner = self.member()?;
            let once = Expr::Not(inner.into());
            return Ok(if nots.is_multiple_of(2) { Expr::Not(once.into()) } else { once });
        }
        let mut minuses = 0_usize;
        while self.takes("-") {
            minuses += 1;
        }
        if minuses == 0 {
            return self.member();
        }
        if self.peek() == Some(&Token::Least) {
            self.at += 1;
            return Ok(Expr::Int(i64::MIN));
        }
        let inner = match (self.member()?, minuses % 2) {
            (inner, 0) => inner,
            (Expr::Int(number), _) if number != i64::MIN => Expr::Int(-number),
            (Expr::Double(number), _) => Expr::Double(-number),
            (inner, _) => Expr::Negative(inner.into()),
        };
        Ok(inner)
    }

    fn member(&mut self) -> Result<Expr, String> {
        let mut left = self.primary()?;
        loop {
            if self.takes(".") {
                let optional = self.takes("?");
                let name = self.name()?;
                if !optional && self.takes("(") {
                    let arguments = self.arguments(")")?;
                    left = called(Some(left), name, arguments)?;
                } else {
                    left = Expr::Member(left.into(), name, optional);
                }
            } else if self.takes("[") {
                let optional = self.takes("?");
                let index = self.conditional()?;
                self.wants("]")?;
                left = Expr::Index(left.into(), index.into(), optional);
            } else {
                return Ok(left);
            }
        }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.peek().cloned() {
            Some(Token::Name(name)) => {
                self.at += 1;
                Ok(name)
            }
            _ => Err("Syntax error: an identifier is missing".to_owned()),
        }
    }

    fn primary(&mut self) -> Result<Expr, String> {
        let Some(token) = self.peek().cloned() else {
            return Err("Syntax error: mismatched input '<EOF>'".to_owned());
        };
        self.at += 1;
        match token {
            Token::Int(number) => Ok(Expr::Int(number)),
            Token::Uint(number) => Ok(Expr::Uint(number)),
            Token::Double(number) => Ok(Expr::Double(number)),
            Token::Text(text) => Ok(Expr::Text(text)),
            Token::Bytes(bytes) => Ok(Expr::Bytes(bytes)),
            Token::Name(name) => match name.as_str() {
                "true" => Ok(Expr::Bool(true)),
                "false" => Ok(Expr::Bool(false)),
                "null" => Ok(Expr::Null),
                "in" => Err("Syntax error: mismatched input 'in'".to_owned()),
                _ if self.takes("(") => {
                    let arguments = self.arguments(")")?;
                    called(None, name, arguments)
                }
                _ => Ok(Expr::Name(name)),
            },
            Token::Sign("(") => {
                let inner = self.conditional()?;
                self.wants(")")?;
                Ok(inner)
            }
            Token::Sign("[") => Ok(Expr::List(self.arguments("]")?)),
            Token::Sign("{") => {
                let mut entries = Vec::new();
                while !self.takes("}") {
                    let key = self.conditional()?;
                    self.wants(":")?;
                    entries.push((key, self.conditional()?));
                    if !self.takes(",") {
                        self.wants("}")?;
                        break;
                    }
                }
                Ok(Expr::Map(entries))
            }
            other => Err(format!("Syntax error: mismatched input {other:?}")),
        }
    }

    fn arguments(&mut self, end: &str) -> Result<Vec<Expr>, String> {
        let mut arguments = Vec::new();
        while !self.takes(end) {
            arguments.push(self.conditional()?);
            if !self.takes(",") {
                self.wants(end)?;
                break;
            }
        }
        Ok(arguments)
    }
}

/// A call, or the macro that it stands for.
fn called(target: Option<Expr>, name: String, mut arguments: Vec<Expr>) -> Result<Expr, String> {
    let Some(target) = target else {
        if name == "has" {
            return match arguments.pop() {
                Some(Expr::Member(of, member, false)) if arguments.is_empty() => Ok(Expr::Has(of, member)),
                _ => Err("invalid argument to has() macro".to_owned()),
            };
        }
        return Ok(Expr::Call(None, name, arguments));
    };
    let variables = match (name.as_str(), arguments.len()) {
        ("all" | "exists" | "exists_one" | "existsOne" | "map" | "filter" | "optMap" | "optFlatMap", 2) => 1,
        ("map", 3) => 1,
        ("all" | "exists" | "existsOne" | "transformList", 3) | ("transformList", 4) => 2,
        _ => return Ok(Expr::Call(Some(target.into()), name, arguments)),
    };
    let bodies = arguments.split_off(variables);
    let variables: Option<Vec<String>> = arguments
        .into_iter()
        .map(|argument| match argument {
            Expr::Name(name) => Some(name),
            _ => None,
        })
        .collect();
    let variables = variables.ok_or_else(|| "argument must be a simple name".to_owned())?;
    Ok(Expr::Over(target.into(), name, variables, bodies))
}
