function t(e,r={},...i){let s=document.createElement(e);for(let[o,c]of Object.entries(r))typeof c=="function"?s.addEventListener(o.slice(2),c):c!==null&&c!==!1&&s.setAttribute(o,c===!0?"":String(c));return s.append(...i),s}function m(e,r,i){let s=r.map(o=>`change:${o}`);for(let o of s)e.on(o,i);return()=>{for(let o of s)e.off(o,i)}}function x(e,r){for(let i of Object.keys(r))e.set(i,r[i]);e.save_changes()}var q=`
.gencourse-quiz { border: 1px solid var(--jp-border-color2, #8886); border-radius: 4px; margin: 4px 0;
  padding: 10px 16px 12px; max-width: 52em; box-sizing: border-box; line-height: 1.5;
  color: var(--jp-content-font-color1, inherit);
  font-family: var(--jp-content-font-family, inherit); font-size: var(--jp-content-font-size1, 14px); }
.gencourse-quiz fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.gencourse-quiz legend { padding: 0; margin-bottom: 6px; font-weight: 600; }
.gencourse-quiz label { display: flex; gap: 10px; align-items: baseline; padding: 5px 8px; margin: 1px -8px;
  border-radius: 4px; cursor: pointer; }
.gencourse-quiz label:hover { background: color-mix(in srgb, currentColor 7%, transparent); }
.gencourse-quiz label:has(:focus-visible) { outline: 2px solid var(--jp-brand-color1, #2196f3); outline-offset: -2px; }
.gencourse-quiz input { flex: none; appearance: none; width: 1.1em; height: 1.1em; margin: 0; outline: none;
  border: 1.5px solid currentColor; border-radius: 50%; position: relative; top: 0.2em; }
.gencourse-quiz input:checked { border: 0.33em solid var(--jp-brand-color1, #2196f3); }
.gencourse-quiz code { font-family: var(--jp-code-font-family, monospace); font-size: 0.93em; }
.gencourse-quiz button { margin: 8px 0 0; padding: 4px 16px; font: inherit; color: inherit; cursor: pointer;
  border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: 4px;
  background: color-mix(in srgb, currentColor 9%, transparent); }
.gencourse-quiz button:focus-visible { outline: 2px solid var(--jp-brand-color1, #2196f3); outline-offset: 1px; }
.gencourse-quiz button:disabled { opacity: 0.5; cursor: default; }
.gencourse-quiz [role=status]:not(:empty) { --tone: var(--jp-error-color1, #d84a3f); margin-top: 10px;
  padding: 6px 12px; border-left: 5px solid var(--tone); border-radius: 4px;
  background: color-mix(in srgb, var(--tone) 9%, transparent); }
.gencourse-quiz [role=status].right { --tone: var(--jp-success-color1, #388e3c); }
.gencourse-quiz [role=status] .mark { color: var(--tone); font-weight: bold; }
`,g=e=>e.split(/`([^`]+)`/).map((r,i)=>i%2?t("code",{},r):r),h=0;function y({model:e,el:r}){h+=1;let i=`gencourse-quiz-${h}`,s=e.get("choices"),o=s.map((n,a)=>t("input",{type:"radio",name:i,value:a})),c=s.map((n,a)=>t("label",{},o[a],t("span",{},...g(n)))),l=t("button",{type:"submit",disabled:!0},"Check"),p=t("div",{role:"status","aria-live":"polite"}),v=t("legend",{},...g(e.get("question"))),u=t("form",{class:"gencourse-quiz"},t("fieldset",{},v,...c),l,p);function b(){p.replaceChildren(),l.disabled=!1}function d(){let n=e.get("chosen");if(b(),o.forEach((k,z)=>{k.checked=z===n}),l.disabled=n===null,n===null)return;let a=n===e.get("right");p.className=a?"right":"";let f=t("span",{class:"mark","aria-hidden":"true"},a?"✓ ":"✗ "),w=t("strong",{},a?"Right. ":"Not quite. ");p.replaceChildren(f,w,...g(e.get("feedback")[n]))}return u.dataset.lmSuppressShortcuts="true",u.addEventListener("keydown",n=>n.stopPropagation()),u.addEventListener("change",b),u.addEventListener("submit",n=>{n.preventDefault();let a=o.findIndex(f=>f.checked);a<0||(x(e,{chosen:a}),d())}),r.append(t("style",{},q),u),d(),m(e,["chosen"],d)}var E={render:y};export{E as default};
