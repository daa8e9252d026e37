//! From words to an expression, by recursive descent with a bounded depth.

use serde_json::Value;

use super::compare::Comparison;
use super::lexer::{Token, tokens};
use super::path::Step;
use super::{ExpressionError, Node, Operand, Path};

/// Parentheses, negations and lists nest no deeper.
const DEPTH: usize = 64;

/// Parses an expression.
pub(super) fn expression(text: &str) -> Result<Node, ExpressionError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let node = parser.or()?;
    parser.end("an operator or the end")?;
    Ok(node)
}

/// Parses a path.
pub(super) fn path(text: &str) -> Result<Path, ExpressionError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let Token::Name(first) = parser.next() else { return Err(parser.unexpected_last("a path")) };
    let path = parser.path(first)?;
    parser.end("`.`, `[` or the end")?;
    Ok(path)
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(_, token)| token)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at = self.at.saturating_add(1);
        token
    }

    /// Takes this sign if it comes next.
    fn take(&mut self, sign: &str) -> bool {
        let comes = matches!(self.peek(), Token::Sign(next) if *next == sign);
        if comes {
            self.at = self.at.saturating_add(1);
        }
        comes
    }

    fn want(&mut self, sign: &str, expected: &'static str) -> Result<(), ExpressionError> {
        if self.take(sign) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    fn end(&mut self, expected: &'static str) -> Result<(), ExpressionError> {
        if *self.peek() == Token::End { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    fn unexpected(&self, expected: &'static str) -> ExpressionError {
        let last = self.tokens.last().map_or(1, |(position, _)| *position);
        let (position, found) =
            self.tokens.get(self.at).map_or((last, Token::End.told()), |(position, token)| (*position, token.told()));
        ExpressionError { position, expected, found }
    }

    /// As [`Parser::unexpected`], of the word that was taken last.
    fn unexpected_last(&mut self, expected: &'static str) -> ExpressionError {
        self.at = self.at.saturating_sub(1);
        self.unexpected(expected)
    }

    fn deeper(&mut self) -> Result<(), ExpressionError> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH { Err(self.unexpected("fewer levels of nesting")) } else { Ok(()) }
    }

    fn or(&mut self) -> Result<Node, ExpressionError> {
        let first = self.and()?;
        let mut nodes = vec![first];
        while self.take("||") {
            nodes.push(self.and()?);
        }
        Ok(one_or(nodes, Node::Or))
    }

    fn and(&mut self) -> Result<Node, ExpressionError> {
        let first = self.unary()?;
        let mut nodes = vec![first];
        while self.take("&&") {
            nodes.push(self.unary()?);
        }
        Ok(one_or(nodes, Node::And))
    }

    fn unary(&mut self) -> Result<Node, ExpressionError> {
        self.deeper()?;
        let node = if self.take("!") {
            Node::Not(Box::new(self.unary()?))
        } else if self.take("(") {
            let inner = self.or()?;
            self.want(")", "`)`")?;
            inner
        } else {
            self.comparison()?
        };
        self.depth = self.depth.saturating_sub(1);
        Ok(node)
    }

    fn comparison(&mut self) -> Result<Node, ExpressionError> {
        if matches!(self.peek(), Token::Name(name) if name == "exists")
            && matches!(self.tokens.get(self.at.saturating_add(1)), Some((_, Token::Sign("("))))
        {
            self.at = self.at.saturating_add(2);
            let Token::Name(first) = self.next() else { return Err(self.unexpected_last("a path")) };
            let path = self.path(first)?;
            self.want(")", "`)`")?;
            return Ok(Node::Exists(path));
        }
        let left = self.operand()?;
        let comparison = match self.peek() {
            Token::Sign("==") => Comparison::Eq,
            Token::Sign("!=") => Comparison::Ne,
            Token::Sign(">=") => Comparison::Ge,
            Token::Sign(">") => Comparison::Gt,
            Token::Sign("<=") => Comparison::Le,
            Token::Sign("<") => Comparison::Lt,
            Token::Name(name) if name == "in" => Comparison::In,
            Token::Name(name) if name == "matches" => Comparison::Matches,
            _ => return Ok(Node::True(left)),
        };
        self.at = self.at.saturating_add(1);
        Ok(Node::Compare(left, comparison, self.operand()?))
    }

    fn operand(&mut self) -> Result<Operand, ExpressionError> {
        match self.next() {
            Token::Value(value) => Ok(Operand::Value(value)),
            Token::Sign("[") => Ok(Operand::Value(self.list()?)),
            Token::Name(name) => match constant(&name) {
                Some(value) => Ok(Operand::Value(value)),
                None => Ok(Operand::Path(self.path(name)?)),
            },
            _ => Err(self.unexpected_last("a path or a value")),
        }
    }

    /// A list, after its `[`.
    fn list(&mut self) -> Result<Value, ExpressionError> {
        self.deeper()?;
        let mut values = Vec::new();
        if !self.take("]") {
            loop {
                values.push(match self.next() {
                    Token::Value(value) => value,
                    Token::Sign("[") => self.list()?,
                    Token::Name(name) => match constant(&name) {
                        Some(value) => value,
                        None => return Err(self.unexpected_last("a value")),
                    },
                    _ => return Err(self.unexpected_last("a value")),
                });
                if self.take("]") {
                    break;
                }
                self.want(",", "`,` or `]`")?;
            }
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(Value::Array(values))
    }

    /// A path, after its first name.
    fn path(&mut self, first: String) -> Result<Path, ExpressionError> {
        let mut steps = vec![Step::Member(first)];
        loop {
            if self.take(".") {
                match self.next() {
                    Token::Name(name) => steps.push(Step::Member(name)),
                    _ => return Err(self.unexpected_last("the name of a field")),
                }
            } else if self.take("[") {
                steps.push(self.step()?);
                self.want("]", "`]`")?;
            } else {
                return Ok(Path(steps));
            }
        }
    }

    /// What stands in brackets.
    fn step(&mut self) -> Result<Step, ExpressionError> {
        let expected = "an index, `*`, a text in quotes, or `name=value`";
        match self.next() {
            Token::Sign("*") => Ok(Step::Each),
            Token::Value(Value::String(name)) => Ok(Step::Member(name)),
            Token::Value(Value::Number(number)) => {
                match number.as_u64().and_then(|index| usize::try_from(index).ok()) {
                    Some(index) => Ok(Step::Index(index)),
                    None => Err(self.unexpected_last(expected)),
                }
            }
            Token::Name(member) => {
                self.want("=", "`=`")?;
                match self.next() {
                    Token::Name(text) | Token::Value(Value::String(text)) => Ok(Step::Where(member, text)),
                    _ => Err(self.unexpected_last("a word or a text in quotes")),
                }
            }
            _ => Err(self.unexpected_last(expected)),
        }
    }
}

fn constant(name: &str) -> Option<Value> {
    match name {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "null" => Some(Value::Null),
        _ => None,
    }
}

fn one_or(mut nodes: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match (nodes.pop(), nodes.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            nodes.extend(last);
            many(nodes)
        }
    }
}
