//! Reads the Common Expression Language: text to a tree. Knows neither values nor functions.

mod words;

use words::{Token, lex};

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
    /// `?x` in a list, or as the value of a member: left out when there is none.
    Maybe(Box<Self>),
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
            Self::Member(of, ..) | Self::Has(of, _) | Self::Maybe(of) | Self::Not(of) | Self::Negative(of) => vec![of],
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

    /// The same, to be changed.
    pub(super) fn parts_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Uint(_)
            | Self::Double(_)
            | Self::Text(_)
            | Self::Bytes(_)
            | Self::Name(_) => Vec::new(),
            Self::Member(of, ..) | Self::Has(of, _) | Self::Maybe(of) | Self::Not(of) | Self::Negative(of) => vec![of],
            Self::Index(left, right, _)
            | Self::And(left, right)
            | Self::Or(left, right)
            | Self::Binary(_, left, right) => vec![left, right],
            Self::If(condition, yes, no) => vec![condition, yes, no],
            Self::List(items) => items.iter_mut().collect(),
            Self::Map(entries) => entries.iter_mut().flat_map(|(key, value)| [key, value]).collect(),
            Self::Call(target, _, arguments) => target.as_deref_mut().into_iter().chain(arguments).collect(),
            Self::Over(of, _, _, bodies) => std::iter::once(&mut **of).chain(bodies).collect(),
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
            Token::Sign("[") => {
                let mut items = Vec::new();
                while !self.takes("]") {
                    let maybe = self.takes("?");
                    let item = self.conditional()?;
                    items.push(if maybe { Expr::Maybe(item.into()) } else { item });
                    if !self.takes(",") {
                        self.wants("]")?;
                        break;
                    }
                }
                Ok(Expr::List(items))
            }
            Token::Sign("{") => {
                let mut entries = Vec::new();
                while !self.takes("}") {
                    let maybe = self.takes("?");
                    let key = self.conditional()?;
                    self.wants(":")?;
                    let value = self.conditional()?;
                    entries.push((key, if maybe { Expr::Maybe(value.into()) } else { value }));
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
        ("all" | "exists" | "exists_one" | "existsOne" | "map" | "filter" | "optMap" | "optFlatMap" | "sortBy", 2)
        | ("map", 3) => 1,
        ("all" | "exists" | "existsOne", 3) | ("transformList" | "transformMap" | "transformMapEntry", 3 | 4) => 2,
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
