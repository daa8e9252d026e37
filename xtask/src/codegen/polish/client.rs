//! The generated `Client`, made to send through `core-client` and nothing else.

use anyhow::{Context, Result, ensure};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, File, Item, Local, Pat, Stmt, parse_quote};

use super::changed;

/// Replaces constructors that would build a transport of their own, and hands requests to ours.
pub(super) fn own_transport(items: &mut Vec<Item>) -> Result<()> {
    let constructors = items
        .iter_mut()
        .find_map(|item| match item {
            Item::Impl(block) if block.trait_.is_none() && has_fn(block, "new_with_client") => Some(block),
            _ => None,
        })
        .context("the generator wrote no constructor")?;
    *constructors = parse_quote! {
        impl Client {
            /// A client whose requests carry, and are sent with, what the context says.
            ///
            /// Opens no connection and reads no key: make one for each caller.
            #[must_use]
            pub fn new(context: core_client::http::CallContext) -> Self {
                Self {
                    baseurl: context.http().endpoint().base().to_owned(),
                    client: context.http().drawing_board().clone(),
                    inner: context,
                }
            }
        }
    };

    // `const _`: asserts that somebody implements the hooks. We do.
    let before = items.len();
    items.retain(|item| !matches!(item, Item::Const(_)));
    changed("the assertion about hooks", before - items.len(), 1)?;
    items.push(parse_quote! {
        impl ClientHooks<core_client::http::CallContext> for Client {
            async fn exec(
                &self,
                request: reqwest::Request,
                info: &OperationInfo,
            ) -> reqwest::Result<reqwest::Response> {
                self.inner.exec(request, info.operation_id).await
            }
        }
    });

    // Nothing streams, so nothing needs to be offered for it.
    let mut exports = 0;
    for item in items.iter_mut() {
        if let Item::Use(import) = item
            && matches!(import.vis, syn::Visibility::Public(_))
        {
            *import = parse_quote!(
                pub use progenitor_client::{ClientInfo, Error, ResponseValue};
            );
            exports += 1;
        }
    }
    changed("the re-exports", exports, 1)?;
    for item in items.iter_mut() {
        if let Item::Mod(module) = item
            && let Some((_, items)) = &mut module.content
        {
            for item in items {
                if let Item::Use(import) = item
                    && quote::quote!(#import).to_string().contains("ByteStream")
                {
                    *import = parse_quote! {
                        use super::{
                            encode_path, ClientHooks, ClientInfo, Error, OperationInfo,
                            RequestBuilderExt, ResponseValue,
                        };
                    };
                }
            }
        }
    }
    Ok(())
}

fn has_fn(block: &syn::ItemImpl, name: &str) -> bool {
    block.items.iter().any(|item| matches!(item, syn::ImplItem::Fn(function) if function.sig.ident == name))
}

/// Makes one arm of the two for client and server errors, and leaves 599 out of it.
///
/// 599 is what the transport answers with when no server did; it has to come out as an unexpected response, which has room for
/// the typed error.
pub(super) fn one_error_arm(file: &mut File) -> Result<()> {
    let mut arms = ErrorArms::default();
    arms.visit_file_mut(file);
    ensure!(arms.matches > 0, "no operation looks at a status; the generator's output has a new shape");
    changed("arms for errors", arms.joined, arms.matches)
}

#[derive(Default)]
struct ErrorArms {
    matches: usize,
    joined: usize,
}

impl VisitMut for ErrorArms {
    fn visit_expr_match_mut(&mut self, expression: &mut syn::ExprMatch) {
        let scrutinee = &expression.expr;
        if quote::quote!(#scrutinee).to_string() == "response . status () . as_u16 ()" {
            self.matches += 1;
            let server_errors: Pat = parse_quote!(500u16..=599u16);
            let client_errors: Pat = parse_quote!(400u16..=499u16);
            expression.arms.retain(|arm| arm.pat != server_errors);
            for arm in &mut expression.arms {
                if arm.pat == client_errors {
                    arm.pat = parse_quote!(400u16..=598u16);
                    self.joined += 1;
                }
            }
        }
        visit_mut::visit_expr_match_mut(self, expression);
    }
}

/// Removes the `api-version` header: the originals never send it and no server reads it.
///
/// Documents with header parameters are refused before generation, so the header map the generator
/// makes holds nothing else.
pub(super) fn drop_api_version(file: &mut File) -> Result<()> {
    let mut headers = Headers::default();
    headers.visit_file_mut(file);
    ensure!(headers.made > 0, "no operation has headers; the generator's output has a new shape");
    changed("header maps used", headers.used, headers.made)?;
    changed("api-version headers", headers.filled, headers.made)
}

#[derive(Default)]
struct Headers {
    made: usize,
    filled: usize,
    used: usize,
}

impl VisitMut for Headers {
    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain(|statement| match statement {
            Stmt::Local(Local { pat: Pat::Ident(name), .. }) if name.ident == "header_map" => {
                self.made += 1;
                false
            }
            Stmt::Expr(Expr::MethodCall(call), _) if call.method == "append" => {
                self.filled += 1;
                false
            }
            _ => true,
        });
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::MethodCall(call) = expression
            && call.method == "headers"
            && call.args.len() == 1
        {
            let receiver = (*call.receiver).clone();
            *expression = receiver;
            self.used += 1;
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}
