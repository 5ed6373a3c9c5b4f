def tables(r):
    out = []
    for x in r["rows"]:
        c = " ".join(f"{k} {v[0]:.2f}/{v[1]:.2f}" for k, v in x["ratios"].items())
        m = {k: [round(a, 2) for a in v] for k, v in x["memory"].items()}
        out.append(f"{x['dtype']} {x['size']:.0e} {x['title']:50s} {x['ns'][0]:.2f}/{x['ns'][1]:.2f} {c} {x['missing']} {m}")
    for x in r["calls"]:
        out.append(str(x))
    out.append(str(r["machine"]))
    return "\n".join(out)
