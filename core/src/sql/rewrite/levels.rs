//! Levels of brackets: what a rewrite of a whole query in parentheses, or of a whole list, works on.

use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Deeper than this nothing is rewritten; the parser refuses such depth anyway.
const DEEPEST: usize = 60;

/// Calls the function with what stands between two brackets, innermost first, and at last with the whole text. The
/// brackets come along with their contents; of the whole text there are none.
pub(super) fn fold(
    tokens: Vec<TokenWithSpan>,
    mut rewrite: impl FnMut(Vec<TokenWithSpan>) -> Vec<TokenWithSpan>,
) -> Vec<TokenWithSpan> {
    let mut levels: Vec<Vec<TokenWithSpan>> = vec![Vec::new()];
    // Brackets that are open below the deepest level.
    let mut below = 0_usize;
    for token in tokens {
        let (opens, closes) = (opens(&token.token), closes(&token.token));
        if opens && levels.len() <= DEEPEST {
            levels.push(vec![token]);
            continue;
        }
        if opens {
            below += 1;
        }
        if let Some(level) = levels.last_mut() {
            level.push(token);
        }
        if closes && below > 0 {
            below -= 1;
        } else if closes
            && levels.len() > 1
            && let Some(level) = levels.pop()
        {
            let level = rewrite(level);
            if let Some(outer) = levels.last_mut() {
                outer.extend(level);
            }
        }
    }
    // What is left open is refused by the parser.
    let mut levels = levels.into_iter();
    let mut all = levels.next().unwrap_or_default();
    let open: Vec<Vec<TokenWithSpan>> = levels.collect();
    if open.is_empty() {
        return rewrite(all);
    }
    all.extend(open.into_iter().flatten());
    all
}

/// The places of tokens that stand at the level itself, not inside of brackets within it.
pub(super) fn own(tokens: &[TokenWithSpan]) -> impl Iterator<Item = (usize, &Token)> {
    let mut depth = 0_usize;
    tokens.iter().enumerate().filter_map(move |(at, token)| {
        let token = &token.token;
        if closes(token) {
            depth = depth.saturating_sub(1);
        }
        let is_own = depth == 0;
        if opens(token) {
            depth += 1;
        }
        is_own.then_some((at, token))
    })
}

pub(super) fn opens(token: &Token) -> bool {
    matches!(token, Token::LParen | Token::LBracket | Token::LBrace)
}

pub(super) fn closes(token: &Token) -> bool {
    matches!(token, Token::RParen | Token::RBracket | Token::RBrace)
}
