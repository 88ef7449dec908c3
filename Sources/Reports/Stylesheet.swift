/// The look of the page, in light and dark as the reader's system asks.
enum Stylesheet {
  static let markup: Markup = """
    :root{--paper:#fbfaf7;--card:#fff;--ink:#1e2127;--soft:#6a6f79;--rule:#e6e3db;--tint:#f2f0ea;\
    --accent:#3451b2;--good:#1a7f4b;--bad:#c2362b;--warn:#b26a00;\
    --c0:#d9480f;--c1:#1864ab;--c2:#2b8a3e;--c3:#862e9c;--c4:#a06600;--c5:#0b7285}
    @media (prefers-color-scheme:dark){:root{--paper:#14161a;--card:#1c1f25;--ink:#e8e6e1;\
    --soft:#9aa0ab;--rule:#30343c;--tint:#23272e;--accent:#8ea6ff;--good:#5fd08f;--bad:#ff8a7d;\
    --warn:#f0b35a;--c0:#ff8a4c;--c1:#6cb6ff;--c2:#6bd184;--c3:#d58be8;--c4:#e3b341;--c5:#4fd0e0}}
    *{box-sizing:border-box}html{scroll-behavior:smooth;scroll-padding-top:64px}
    body{margin:0;background:var(--paper);color:var(--ink);\
    font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;\
    font-variant-numeric:tabular-nums}
    .top{position:sticky;top:0;z-index:2;display:flex;gap:28px;align-items:center;\
    padding:10px max(24px,calc(50vw - 560px));background:var(--paper);\
    border-bottom:1px solid var(--rule)}
    .brand{display:flex;gap:9px;align-items:center;margin:0;font-weight:650;letter-spacing:.01em}
    .brand svg{width:28px}.brand polyline{fill:none;stroke:var(--soft);stroke-width:1.6}
    .brand circle{fill:var(--accent)}
    nav{display:flex;gap:20px;overflow-x:auto}
    nav a{color:var(--soft);text-decoration:none;font-size:15px}nav a:hover{color:var(--ink)}
    main{max-width:1168px;margin:0 auto;padding:36px 24px 24px}
    h1{margin:0 0 20px;font-size:36px;line-height:1.15;letter-spacing:-.02em;font-weight:680}
    h2{margin:0 0 6px;font-size:25px;letter-spacing:-.012em}h3{margin:32px 0 4px;font-size:18px}
    section{margin-top:56px}.lead{margin:0 0 16px;max-width:72ch;color:var(--soft)}
    .soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}.even{color:var(--ink)}
    .facts{display:flex;flex-wrap:wrap;gap:1px;margin:0;\
    background:var(--rule);border:1px solid var(--rule);border-radius:10px;overflow:hidden}
    .facts div{flex:1 1 auto;background:var(--card);padding:10px 18px 10px 14px}dt{font-size:13px;color:var(--soft)}
    dd{margin:0;font-weight:550;overflow-wrap:anywhere}
    .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--rule);border-radius:10px}
    table{width:100%;border-collapse:collapse}
    th,td{padding:9px 14px;text-align:left;vertical-align:middle}
    thead th{font-size:13px;font-weight:550;color:var(--soft);background:var(--tint);\
    white-space:nowrap}
    tbody th{font-weight:600;white-space:nowrap}tbody tr+tr>*{border-top:1px solid var(--rule)}
    .n{text-align:right;white-space:nowrap}td.wide{min-width:280px;width:38%}
    .measure{display:flex;gap:14px;align-items:center}
    .measure b{min-width:62px;text-align:right;font-size:17px}
    .bar{position:relative;flex:1;height:22px}
    .bar::before{content:"";position:absolute;inset:10px 0;border-radius:2px;background:var(--rule)}
    .scale{display:flex;justify-content:space-between;margin-right:76px;font-weight:450}
    .bar i{position:absolute}.range{top:6px;height:10px;border-radius:5px;background:var(--accent);\
    opacity:.4}
    .dot{top:5px;width:12px;height:12px;margin-left:-6px;border-radius:50%;\
    background:var(--accent);box-shadow:0 0 0 2px var(--card)}
    .ring{top:5px;width:12px;height:12px;margin-left:-6px;border-radius:50%;\
    border:2.5px solid var(--warn);background:var(--card)}
    .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(240px,1fr));gap:16px}
    .card{display:grid;padding:16px 20px;background:var(--card);border:1px solid var(--rule);\
    border-radius:10px}.card strong{font-size:34px;line-height:1.25;letter-spacing:-.02em}
    .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(340px,1fr));gap:16px}
    .chart{margin:0;padding:14px 14px 6px;background:var(--card);border:1px solid var(--rule);\
    border-radius:10px}
    figcaption{display:flex;flex-wrap:wrap;gap:4px 14px;justify-content:space-between;\
    font-weight:600;font-size:15px}
    .keys{display:flex;gap:12px;font-weight:450}.key::before{content:"";display:inline-block;\
    width:14px;height:3px;margin-right:6px;vertical-align:middle;background:var(--c)}
    .bars{margin:10px 0 8px;padding:0;list-style:none;font-size:13px}
    .bars li{display:grid;grid-template-columns:minmax(70px,32%) 1fr auto;gap:10px;\
    align-items:center;line-height:21px}
    .bars span{overflow:hidden;white-space:nowrap;text-overflow:ellipsis;text-align:right}
    .bars i{height:11px}.bars u{display:block;height:11px;min-width:1px;border-radius:2px;\
    background:var(--accent)}.bars b{min-width:5ch;text-align:right;font-weight:550}
    figcaption .soft{font-weight:450;font-size:13px}
    .sheet{display:block;max-width:100%;height:auto;margin:0 0 20px;border:1px solid var(--rule);\
    border-radius:10px}
    .chart svg{display:block;width:100%;margin-top:8px}
    .chart text{fill:var(--soft);font-size:11.5px}.grid{stroke:var(--rule)}.axis{stroke:var(--soft)}
    .raw,.mean{fill:none;stroke:var(--c);stroke-linejoin:round;stroke-linecap:round}
    .raw{opacity:.3}.mean{stroke-width:2.2}
    .c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}.c4{--c:var(--c4)}\
    .c5{--c:var(--c5)}
    td.flow{min-width:150px;width:18%}
    .stack{display:flex;height:10px;border-radius:5px;overflow:hidden;background:var(--tint)}
    .out{background:var(--accent);opacity:.75}i.drop{background:var(--warn);opacity:.7}\
    i.sick{background:var(--bad)}
    .chip{display:inline-block;margin:2px 6px 2px 0;padding:1px 9px;border-radius:11px;\
    font-size:14px;background:var(--tint);border:1px solid var(--rule)}
    .chip.truth{border-color:var(--good);color:var(--good)}.chip.sick,.chip.wrong{color:var(--bad)}
    .chip.wrong{border-color:var(--bad);font-weight:600}
    .filter{display:flex;gap:8px;margin-bottom:18px}
    .filter label{padding:4px 14px;border:1px solid var(--rule);border-radius:16px;cursor:pointer;\
    background:var(--card);font-size:15px}.filter input{position:absolute;opacity:0}
    .filter label:has(:checked){border-color:var(--accent);color:var(--accent)}
    .filter label:has(:focus-visible){outline:2px solid var(--accent)}
    main:has(#show-right:checked) .question.wrong,\
    main:has(#show-wrong:checked) .question.right{display:none}
    .question{margin-bottom:24px;background:var(--card);border:1px solid var(--rule);\
    border-radius:12px;overflow:hidden;break-inside:avoid}
    .question>header{display:flex;gap:12px;align-items:baseline;padding:16px 20px 0}
    .question h3{margin:0;font-size:19px}.number{color:var(--soft);font-size:15px}
    .options{margin:6px 20px 14px}
    .trace{display:grid;grid-template-columns:minmax(0,560px) minmax(0,1fr);gap:22px;\
    padding:0 20px 20px}
    .trace+.trace{padding-top:20px;border-top:1px solid var(--rule)}
    .picture{display:block;width:100%;border-radius:8px}
    .casing{fill:none;stroke:#fff;stroke-opacity:.85;stroke-linejoin:round;stroke-linecap:round}
    .truth{fill:none}rect.truth{stroke:#0ca84f}.way{fill:none;stroke:#15181d;stroke-linejoin:round}
    .cut{fill:none;stroke:var(--c)}.cross{stroke:#0ca84f;stroke-linecap:round}.cross.bad{stroke:#d92b1c}
    .picture{--c0:#d9480f;--c1:#1864ab;--c2:#2b8a3e;--c3:#862e9c;--c4:#a06600;--c5:#0b7285}
    .picture .badge{fill:var(--c);stroke:#fff}.halo{fill:none;stroke:#fff;stroke-opacity:.85}\
    .spot{fill:none;stroke:var(--c)}.picture text{fill:#fff;font-weight:700}
    .model{display:flex;justify-content:space-between;margin:0 0 8px}.mark{font-weight:650}
    .trace ol{list-style:none;margin:0;padding:0}
    .trace li{display:grid;grid-template-columns:26px 1fr auto;gap:10px;padding:8px 0;\
    align-items:start}
    .trace li+li{border-top:1px dashed var(--rule)}.thought p{margin:1px 0 0;white-space:pre-wrap;\
    overflow-wrap:anywhere}
    .place{font-size:13px;color:var(--soft)}
    span.disc{display:grid;place-items:center;width:25px;height:25px;border-radius:50%;\
    background:var(--c);color:var(--card);font-size:14px;font-weight:700}
    span.disc.thought{background:none;border:1.5px solid var(--soft);color:var(--soft)}
    .trace img{display:block;border-radius:6px;border:2.5px solid var(--c)}
    .answer{margin:10px 0 0;padding-top:10px;border-top:1px solid var(--rule);font-size:17px}
    .reason{margin:2px 0 0;font-size:14px}
    footer{max-width:1168px;margin:0 auto;padding:24px;color:var(--soft);font-size:14px}
    code{font:13.5px/1.5 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
    @media (max-width:860px){.trace{grid-template-columns:1fr}h1{font-size:28px}}
    @media print{.top,.filter{display:none}body{font-size:12px}}

    """
}
