// Runs in a rendered page and returns every control that is visible in the window: what it is,
// what a person would call it, and where it is. A control is `exact` when one rectangle covers it,
// it lies inside the window, and a click on any probed point of that rectangle would reach it.
() => {
  const CONTROLS = [
    "a[href]", "button", "input:not([type=hidden])", "select", "textarea",
    "[role=button]", "[role=tab]", "[role=menuitem]", "[role=combobox]",
    "label.ui-checkboxradio-label", ".ui-spinner-button", ".ui-datepicker-prev",
    ".ui-datepicker-next",
  ].join(",");

  const clean = (text) => (text || "").replace(/\s+/g, " ").trim().replace(/[ :.]+$/, "");

  const ownTextOf = (element) => {
    if (/^(button|submit|reset)$/.test(element.type)) return element.value || element.innerText;
    return element.matches("input, select, textarea") ? "" : element.innerText;
  };

  const nameOf = (element) => {
    const field = element.closest(".ui-spinner")?.querySelector("input");
    if (element.matches(".ui-spinner-button") && field) return nameOf(field);
    const labels = element.id ? [...document.querySelectorAll(`label[for="${element.id}"]`)] : [];
    const names = [
      labels.map((label) => label.innerText).join(" "),
      ownTextOf(element),
      element.getAttribute("aria-label"),
      element.placeholder,
      element.title,
      document.getElementById(element.htmlFor)?.title,
      element.querySelector("img[alt]")?.alt,
    ];
    return names.map(clean).find((name) => name) || "";
  };

  const showsItsText = (element) => {
    const icons = ".ui-button-icon-only, .ui-datepicker-prev, .ui-datepicker-next";
    const hasText = clean(ownTextOf(element)) !== "";
    return hasText && kindOf(element) !== "list" && !element.matches(icons);
  };

  const kindOf = (element) => {
    const type = (element.type || "").toLowerCase();
    if (element.matches(".ui-accordion-header")) return "fold";
    if (element.matches("[role=menuitem], .ui-menu-item-wrapper")) return "menu item";
    if (element.matches("select, [role=combobox], .ui-selectmenu-button")) return "list";
    if (element.matches(".ui-spinner-up")) return "step up";
    if (element.matches(".ui-spinner-down")) return "step down";
    if (element.matches(".ui-datepicker-prev")) return "previous month";
    if (element.matches(".ui-datepicker-next")) return "next month";
    if (element.matches("label")) return document.getElementById(element.htmlFor).type;
    if (element.closest(".ui-datepicker-calendar")) return "day";
    if (element.matches("a") && !element.matches("[role=button]")) return linkKindOf(element);
    if (element.matches("input") && /^(checkbox|radio)$/.test(type)) return type;
    if (element.matches("input") && !/^(button|submit|reset|image)$/.test(type)) return "field";
    return element.matches("textarea") ? "field" : "button";
  };

  const linkKindOf = (link) => {
    if (link.host !== location.host) return "outward link";
    return link.pathname === location.pathname && link.hash ? "section link" : "link";
  };

  const reaches = (element, x, y) => {
    const hit = document.elementFromPoint(x, y);
    return hit !== null && element.contains(hit);
  };

  const isExact = (element, box) => {
    const inside = box.left >= 0 && box.top >= 0
      && box.right <= innerWidth && box.bottom <= innerHeight;
    const across = [box.left + 2, (box.left + box.right) / 2, box.right - 2];
    const down = [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2];
    return inside && element.getClientRects().length === 1
      && across.every((x) => down.every((y) => reaches(element, x, y)));
  };

  const isVisible = (element, box) =>
    element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
    && box.width >= 3 && box.height >= 3
    && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;

  return [...document.querySelectorAll(CONTROLS)]
    .filter((element) => !element.parentElement.closest(CONTROLS))
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ element, box }) => isVisible(element, box))
    .map(({ element, box }) => ({
      kind: kindOf(element),
      name: nameOf(element),
      hasText: showsItsText(element),
      exact: isExact(element, box),
      box: [box.left, box.top, box.right, box.bottom],
    }));
}
