import sys,time,duckdb
sys.path.insert(0,__import__('os').path.dirname(__file__))
from render import render, TEMPLATE
src,out=sys.argv[1:3]
c=duckdb.connect(config={'threads':2}); c.execute("set TimeZone='UTC'")
sql=render('duckdb',f"read_parquet('{src}')",open(TEMPLATE).read())
t=time.time()
*before,last=[x for x in sql.split(';\n') if x.strip()]
for b in before:
    t1=time.time(); c.execute(b); print('  stmt',time.time()-t1)
c.execute(f"COPY ({last}) TO '{out}' (FORMAT parquet)")
print('duck',time.time()-t)
print(c.execute(f"select kind,count(*),sum(events),sum(logins),sum(succeeded),sum(denied),sum(failed) from '{out}' group by 1 order by 1").fetchall())
