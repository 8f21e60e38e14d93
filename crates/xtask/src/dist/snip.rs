//! What of its libraries this widget never enters, taken out by name: the linker keeps it, because only the values of a
//! running program rule it out. Such a function becomes a trap, and all that it alone needs goes.
//! Not here: code of ours that nobody needs; that is deleted where it stands.

use anyhow::{Context as _, Result, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module};

/// Why functions are never entered, and how their names begin. Whoever breaks a reason meets a trap in the first test.
const NEVER_ENTERED: &[(&str, &[&str])] = &[
    (
        "src/ui/element.rs makes every node, and it makes elements, texts and lists",
        &[
            "<yew::virtual_dom::vcomp::VComp as ",
            "<yew::virtual_dom::vportal::VPortal as ",
            "<yew::virtual_dom::vraw::VRaw as ",
            "<yew::virtual_dom::vsuspense::VSuspense as ",
            "<yew::dom_bundle::bcomp::BComp as ",
            "<yew::dom_bundle::bportal::BPortal as ",
            "<yew::dom_bundle::braw::BRaw",
            "<yew::dom_bundle::bsuspense::BSuspense as ",
            "<alloc::rc::Rc<yew::virtual_dom::vcomp::VComp>",
            "<alloc::rc::Rc<yew::virtual_dom::vportal::VPortal>",
            "<alloc::rc::Rc<yew::virtual_dom::vsuspense::VSuspense>",
        ],
    ),
    (
        "the one component never suspends",
        &[
            "<yew::suspense::suspension::Suspension>::listen",
            "<yew::suspense::suspension::Suspension as core::clone::Clone>",
            "<yew::suspense::component::feat_csr_ssr::BaseSuspense>",
            "<yew::html::component::scope::Scope<yew::suspense::component::feat_csr_ssr::BaseSuspense>",
            "<yew::html::component::scope::AnyScope>::find_parent_scope::<yew::suspense::component::feat_csr_ssr::BaseSuspense>",
            "<yew::html::component::scope::feat_csr_ssr::MsgQueue<yew::suspense::component::feat_csr_ssr::BaseSuspenseMsg>>::push",
        ],
    ),
    (
        "all elements have one list of attributes, so that Yew compares them place by place",
        &[
            "<yew::virtual_dom::Attributes>::apply_diff_as_maps",
            "<indexmap::map::IndexMap<implicit_clone::unsync::string::IString, yew::virtual_dom::AttributeOrProperty>>::get",
            "<hashbrown::raw::RawTable<(&str, &yew::virtual_dom::AttributeOrProperty)>>::reserve",
            "<hashbrown::raw::RawTable<(&str, &yew::virtual_dom::AttributeOrProperty)>>::find",
            "<hashbrown::raw::RawTable<(&str, &yew::virtual_dom::AttributeOrProperty)>>::get",
            "<hashbrown::map::HashMap<&str, &yew::virtual_dom::AttributeOrProperty, std::hash::random::RandomState>>::insert",
        ],
    ),
    (
        "a node is moved into the tree, never copied",
        &[
            "<yew::virtual_dom::vlist::VList as core::clone::Clone>",
            "<yew::virtual_dom::vnode::VNode as core::clone::Clone>",
            "<alloc::vec::Vec<yew::virtual_dom::vnode::VNode> as core::clone::Clone>",
            "<alloc::boxed::Box<[core::option::Option<yew::virtual_dom::AttributeOrProperty>]> as core::clone::Clone>",
            "<alloc::boxed::Box<[core::option::Option<alloc::rc::Rc<dyn yew::virtual_dom::listeners::Listener>>]> as core::clone::Clone>",
        ],
    ),
    (
        "no screen has a text area",
        &[
            "<yew::virtual_dom::vtag::TextareaFields as ",
            "<yew::virtual_dom::vtag::Value<web_sys::features::gen_HtmlTextAreaElement::HtmlTextAreaElement> as ",
        ],
    ),
    ("a panic is a trap before any hook could word it", &["console_error_panic_hook::hook", "<std::panic::PanicHookInfo as "]),
];

/// The compiled module without them. It still has the names of its functions.
///
/// # Errors
/// When a name begins no function any more: then its library has changed, and its reason is to be thought over.
pub fn snip(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(wasm).context("the compiled widget is no wasm module")?;
    for (reason, beginnings) in NEVER_ENTERED {
        for beginning in *beginnings {
            let functions = functions_named(&module, beginning);
            ensure!(!functions.is_empty(), "no function begins with `{beginning}` any more, which was never entered because {reason}");
            functions.into_iter().for_each(|function| make_trap(&mut module, function));
        }
    }
    Ok(module.emit_wasm())
}

fn functions_named(module: &Module, beginning: &str) -> Vec<FunctionId> {
    // The alternate form leaves out the hashes that tell crates of one name apart.
    let is_meant = |name: &str| format!("{:#}", rustc_demangle::demangle(name)).starts_with(beginning);
    let functions = module.funcs.iter_local().map(|(id, _)| id);
    functions.filter(|id| module.funcs.get(*id).name.as_deref().is_some_and(is_meant)).collect()
}

fn make_trap(module: &mut Module, function: FunctionId) {
    let (parameters, results) = module.types.params_results(module.funcs.get(function).ty());
    let (parameters, results) = (parameters.to_vec(), results.to_vec());
    let mut trap = FunctionBuilder::new(&mut module.types, &parameters, &results);
    trap.func_body().unreachable();
    let arguments = parameters.into_iter().map(|parameter| module.locals.add(parameter)).collect();
    module.funcs.get_mut(function).kind = FunctionKind::Local(trap.local_func(arguments));
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::ValType;
    use walrus::ir::{Const, Instr, Value};

    #[test]
    fn only_what_is_named_becomes_a_trap() {
        let mut module = Module::default();
        let mut add = |name: &str| {
            let mut function = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[ValType::I64]);
            function.name(name.to_owned()).func_body().i64_const(7);
            let argument = module.locals.add(ValType::I32);
            function.finish(vec![argument], &mut module.funcs)
        };
        // What rustc calls `<yew::Raw>::attach` and `<yew::Tag>::attach`.
        let (raw, tag) = (add("_RNvMs_Cs1234_3yewNtB4_3Raw6attach"), add("_RNvMs_Cs1234_3yewNtB4_3Tag6attach"));
        let found = functions_named(&module, "<yew::Raw>::");
        assert_eq!(found, [raw]);
        make_trap(&mut module, raw);
        let body = |function| {
            let function = module.funcs.get(function).kind.unwrap_local();
            function.block(function.entry_block()).instrs.iter().map(|(instruction, _)| instruction.clone()).collect::<Vec<_>>()
        };
        assert!(matches!(body(raw)[..], [Instr::Unreachable(_)]));
        assert!(matches!(body(tag)[..], [Instr::Const(Const { value: Value::I64(7) })]));
        assert_eq!(module.types.params(module.funcs.get(raw).ty()), [ValType::I32]);
    }

    #[test]
    fn a_name_that_no_function_has_is_an_error() {
        let error = snip(&Module::default().emit_wasm()).unwrap_err();
        assert!(error.to_string().contains("VComp"), "{error}");
    }
}
