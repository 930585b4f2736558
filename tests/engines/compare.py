"""Two ledger tables as Parquet, row by row: prints what only one of them has."""
import duckdb,sys
a,b=sys.argv[1:3]
c=duckdb.connect(); c.execute("set TimeZone='UTC'")
cols=[r[0] for r in c.execute(f"describe select * from read_parquet('{a}')").fetchall()]
def norm(p):
    out=[]
    for n in cols:
        t=dict((r[0],r[1]) for r in c.execute(f"describe select * from read_parquet('{p}')").fetchall())[n]
        e=n
        if t.startswith('TIMESTAMP'): e=f"epoch_us({n})"
        elif t in('HUGEINT','BIGINT','INTEGER','DOUBLE','DECIMAL(38,0)') : e=f"nullif(cast({n} as bigint),0)"
        elif t=='VARCHAR': e=f"nullif({n},'')"
        elif n=='day': e=f"cast({n} as date)"
        out.append(f"{e} as {n}")
    return f"select {', '.join(out)} from read_parquet('{p}')"
for x,y,l in((a,b,'only '+a),(b,a,'only '+b)):
    r=c.execute(f"select kind,count(*) from (({norm(x)}) except all ({norm(y)})) group by 1").fetchall()
    print(l,r)
    for row in c.execute(f"select * from (({norm(x)}) except all ({norm(y)})) order by all limit {int(sys.argv[3]) if len(sys.argv)>3 else 3}").fetchall(): print('  ',row)
